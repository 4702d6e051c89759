import json


def test_all_is_well_with_the_sandbox(co):
    run = co("doctor", "-p", "sandbox", "--json")
    shown = json.loads(run.stdout)
    assert (run.returncode, shown["ok"]) == (0, True)
    assert [one["name"] for one in shown["findings"]] == [
        "program",
        "version",
        "terminal",
        "file",
        "file",
        "profile",
        "key",
        "base URL",
        "proxy",
        "trust",
        "DNS",
        "TCP",
        "auth",
        "clock",
    ]


def test_what_is_wrong_is_the_end_of_it(co):
    run = co("doctor", env={"CO_API_URL": "http://127.0.0.1:9"})
    lines = run.stdout.decode().splitlines()
    assert run.returncode == 4
    at = lines.index("problem  key       no API key")
    assert lines[at + 1].startswith(
        " " * 19 + "get one from https://dashboard.cohere.com/api-keys"
    )
    assert lines[-4] == "problem  TCP       connection refused"
    assert lines[-1].startswith("next: `co auth login`")
    assert run.stderr.startswith(b"co: no API key\n")


def test_a_server_that_nobody_reaches_is_exit_7(co):
    run = co("doctor", env={"CO_API_URL": "http://127.0.0.1:9", "CO_API_KEY": "k"})
    assert (run.returncode, run.stderr.splitlines()[0]) == (
        7,
        b"co: connection refused",
    )
