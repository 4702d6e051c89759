from cohere_cli.jobs.places import PlaceIndex


def test_each_of_many_keys_has_its_place_among_those_found():
    places = PlaceIndex()
    for number in range(50_000):
        places.add(f"key {number}", 3 * number)
    assert all(3 * n in [*places.find(f"key {n}")] for n in range(0, 50_000, 7))
    assert len(places) == 50_000


def test_few_keys_that_were_not_added_have_a_place():
    places = PlaceIndex()
    for number in range(10_000):
        places.add(f"key {number}", number)
    found = sum(any(places.find(f"other {number}")) for number in range(10_000))
    assert found < 20


def test_the_latest_place_of_a_key_comes_first_however_large_the_index_grows():
    places = PlaceIndex()
    for place in (5, 70, 600):
        places.add("key", place)
    for number in range(20_000):
        places.add(f"other {number}", 10**6 + number)
    assert [one for one in places.find("key") if one < 10**6] == [600, 70, 5]


def test_a_place_beyond_what_fits_is_not_found():
    places = PlaceIndex()
    places.add("key", 1 << 40)
    assert [*places.find("key")] == []
