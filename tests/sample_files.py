"""Small PDFs, office files, books and notebooks, made from their texts."""

import io
import zipfile

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_PAPER = "/MediaBox [0 0 612 792]"
_TYPES = "[Content_Types].xml"


def zipped(members):
    """Return a zip archive of *members*, contents by name, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def pdf(*pages, title="", trailer=""):
    """Return a PDF of *pages*, each the lines of a text."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} {_PAPER} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    fonts = "/Resources << /Font << /F1 3 0 R >> >>"
    for nth, page in enumerate(pages):
        lines = " ".join(f"({line}) Tj T*" for line in page.split("\n"))
        content = f"BT /F1 12 Tf 72 720 Td 14 TL {lines} ET" if page else ""
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * nth} 0 R {fonts} >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    objects.append(f"<< /Title ({title}) >>")
    body, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(f"{len(body):010} 00000 n \n")
        body += f"{number} 0 obj\n{one}\nendobj\n"
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{''.join(places)}"
    info = f"/Info {len(objects)} 0 R" if title else ""
    head = f"trailer << /Size {size} /Root 1 0 R {info} {trailer} >>"
    return f"{body}{table}{head}\nstartxref\n{len(body)}\n%%EOF\n".encode("latin-1")


def encrypted_pdf():
    """Return a PDF that opens with a password alone."""
    key = "61" * 32
    standard = f"/Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}>"
    return pdf("secret", trailer=f"/Encrypt << {standard} >> /ID [<61> <61>]")


def docx(body, **parts):
    """Return a DOCX file; *body* and *parts* are the XML of their elements."""
    names = {"document": f"<w:body>{body}</w:body>", **parts}
    members = {
        f"word/{name}.xml": f"<w:{name} {_W}>{content}</w:{name}>"
        for name, content in names.items()
    }
    return zipped({_TYPES: "<Types/>", **members})


def paragraph(text, style=""):
    """Return a paragraph of a DOCX file."""
    given = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{given}<w:r><w:t>{text}</w:t></w:r></w:p>"


def pptx(*slides):
    """Return a PPTX file of *slides*: title, lines and notes of each."""
    ids = "".join(f'<p:sldId r:id="r{n}" id="{n}"/>' for n in range(len(slides)))
    # The numbers of the files are not the order.
    paths = [f"slides/slide{len(slides) - n}.xml" for n in range(len(slides))]
    targets = {f"r{n}": ("slide", path) for n, path in enumerate(paths)}
    members = {
        _TYPES: "<Types/>",
        "ppt/presentation.xml": f"<p:presentation {_P} {_R}>{ids}</p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relations(targets),
    }
    for path, (title, lines, notes) in zip(paths, slides, strict=True):
        shapes = [_shape("title", title), _shape("body", *lines), _shape("sldNum", "9")]
        name = path.removeprefix("slides/")
        notes_path = f"notesSlides/{name}"
        members[f"ppt/{path}"] = f"<p:sld {_P} {_A}>{''.join(shapes)}</p:sld>"
        if notes:
            target = {"r1": ("notesSlide", f"../{notes_path}")}
            members[f"ppt/slides/_rels/{name}.rels"] = _relations(target)
            page = f"<p:notes {_P} {_A}>{_shape('body', notes)}</p:notes>"
            members[f"ppt/{notes_path}"] = page
    return zipped(members)


def _shape(kind, *lines):
    texts = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f'<p:sp><p:nvPr><p:ph type="{kind}"/></p:nvPr>{texts}</p:sp>'


def _relations(targets):
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    found = "".join(
        f'<Relationship Id="{id_}" Type="{kind}{name}" Target="{target}"/>'
        for id_, (name, target) in targets.items()
    )
    return f"<Relationships {_RELATIONS}>{found}</Relationships>"


def xlsx(**sheets):
    """Return an XLSX file of *sheets*: each a list of rows, None for an empty one.

    Instead of a list, a sheet may be the XML of its rows.
    """
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    targets = {f"r{n}": ("worksheet", f"worksheets/{n}.xml") for n in range(1, 9)}
    members = {
        _TYPES: "<Types/>",
        "_rels/.rels": _relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f"<workbook {_S} {_R}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(targets),
    }
    for number, rows in enumerate(sheets.values(), 1):
        content = rows if isinstance(rows, str) else _rows(rows)
        sheet = f"<worksheet {_S}><sheetData>{content}</sheetData></worksheet>"
        members[f"xl/worksheets/{number}.xml"] = sheet
    return zipped(members)


def _rows(rows):
    return "".join(_row(n, row) for n, row in enumerate(rows, 1) if row)


def _row(number, row):
    cells = "".join(
        f'<c r="{chr(65 + n)}{number}"><v>{value}</v></c>'
        if isinstance(value, int | float)
        else f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for n, value in enumerate(row)
    )
    return f'<row r="{number}">{cells}</row>'


def epub(*chapters, title="", **more):
    """Return an EPUB book of *chapters*, each the HTML of a body."""
    items = "".join(
        f'<item id="i{n}" href="text%20{n}.xhtml"/>' for n in range(len(chapters))
    )
    order = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata>"
        f'<manifest><item id="n" href="nav.xhtml" properties="nav"/>{items}</manifest>'
        f'<spine><itemref idref="n"/>{order}</spine></package>'
    )
    container = '<container><rootfile full-path="OEBPS/book.opf"/></container>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            "OEBPS/nav.xhtml": "<p>contents</p>",
            **{
                f"OEBPS/text {n}.xhtml": f"<html><body>{chapter}</body></html>"
                for n, chapter in enumerate(chapters)
            },
            **more,
        }
    )


def odt(body):
    """Return an ODT file; *body* is the XML of its elements."""
    names = "office text table"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in names.split()
    )
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content})
