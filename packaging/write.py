"""Write the Homebrew formula, the Scoop manifest and the Nix flake anew.

`python packaging/write.py`: from `pyproject.toml`, the version and `uv.lock`.
A hash of the package itself is not known before its release: here it is all zeros, and
`packaging/release.py` writes the files with the real ones into `dist/`.
"""

import json
from pathlib import Path

from locked import NAME, packages, project, version

HERE = Path(__file__).parent
NO_HASH = "0" * 64
_FILES = "https://files.pythonhosted.org/packages"
_PYTHON = "3.13"
# As Homebrew has them: short, without an article and a full stop.
_SUMMARY = "Command-line client for Cohere: chat with citations, rerank in a pipe"

# Homebrew's own formulas of libraries that are compiled, and what these bring.
_FORMULAS = ("certifi", "libyaml", "pydantic", "rpds-py")
_BROUGHT = {
    *("certifi", "pydantic", "rpds-py", "annotated-types", "pydantic-core"),
    *("typing-extensions", "typing-inspection"),
}


def files(sdist_hash: str = NO_HASH, wheel_hash: str = NO_HASH) -> dict[str, str]:
    """Return the text of each file by its name; the hashes are SHA-256 in hex."""
    return {
        "cohere-cli.rb": formula(sdist_hash),
        "cohere-cli.json": manifest(wheel_hash),
        "flake.nix": flake(),
    }


def formula(sdist_hash: str) -> str:
    """Return the Homebrew formula."""
    depends = "".join(f'  depends_on "{name}"\n' for name in _FORMULAS)
    return f"""# Written by packaging/write.py.
class CohereCli < Formula
  include Language::Python::Virtualenv

  desc "{_SUMMARY}"
  homepage "https://pypi.org/project/{NAME}/"
  url "{_FILES}/source/c/{NAME}/cohere_cli-{version()}.tar.gz"
  sha256 "{sdist_hash}"
  license "{project()["license"]}"

{depends}  depends_on "python@{_PYTHON}"

{_resources()}  def install
    virtualenv_install_with_resources
    generate_completions_from_executable(bin/"cohere-cli", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/cohere-cli --version")
    answer = shell_output("#{{bin}}/cohere-cli chat Hello -p sandbox")
    assert_match "This is the sandbox", answer
  end
end
"""


def _resources() -> str:
    mac = {"sys_platform": "darwin", "python_version": _PYTHON}
    mac["python_full_version"] = f"{_PYTHON}.0"
    return "".join(
        f"""  resource "{one["name"]}" do
    url "{one["sdist"]["url"]}"
    sha256 "{one["sdist"]["hash"].removeprefix("sha256:")}"
  end

"""
        for one in packages(mac)
        if one["name"] not in _BROUGHT
    )


def manifest(wheel_hash: str) -> str:
    """Return the Scoop manifest: a virtual environment beside the wheel."""
    wheel = "cohere_cli-$version-py3-none-any.whl"
    url = f"{_FILES}/py3/c/{NAME}/cohere_cli-{{}}-py3-none-any.whl"
    table = {
        "##": "Written by packaging/write.py.",
        "version": version(),
        "description": project()["description"],
        "homepage": f"https://pypi.org/project/{NAME}/",
        "license": project()["license"],
        "depends": "python",
        "url": url.format(version()),
        "hash": wheel_hash,
        "installer": {
            "script": [
                'python -m venv "$dir\\venv"',
                f'& "$dir\\venv\\Scripts\\python.exe" -m pip install "$dir\\{wheel}"',
            ]
        },
        "bin": ["venv\\Scripts\\co.exe", "venv\\Scripts\\cohere-cli.exe"],
        "checkver": {
            "url": f"https://pypi.org/pypi/{NAME}/json",
            "jsonpath": "$.info.version",
        },
        "autoupdate": {"url": url.format("$version")},
    }
    return json.dumps(table, indent=4, ensure_ascii=False) + "\n"


def flake() -> str:
    """Return the Nix flake: `nix run 'path:.?dir=packaging'`."""
    needed = [_nix_name(line) for line in project()["dependencies"]]
    listed = "".join(f"          {name}\n" for name in sorted(needed))
    return f"""# Written by packaging/write.py.
{{
  description = "{_SUMMARY}";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = {{ self, nixpkgs }}: let
    systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    packagesOf = system: nixpkgs.legacyPackages.${{system}};
    forAll = make: nixpkgs.lib.genAttrs systems (system: make (packagesOf system));
  in {{
    packages = forAll (pkgs: {{
      default = pkgs.python3Packages.buildPythonApplication {{
        pname = "{NAME}";
        version = "{version()}";
        pyproject = true;
        src = ../.;
        build-system = [ pkgs.python3Packages.hatchling ];
        dependencies = with pkgs.python3Packages; [
{listed}        ];
        # nixpkgs has one version of each library.
        pythonRelaxDeps = true;
        pythonImportsCheck = [ "cohere_cli.app" ];
        meta.mainProgram = "co";
      }};
    }});
  }};
}}
"""


def _nix_name(requirement: str) -> str:
    name = requirement
    for mark in "<>=!~;[ ":
        name = name.partition(mark)[0]
    return name.lower().replace("_", "-")


if __name__ == "__main__":
    for name, text in files().items():
        HERE.joinpath(name).write_text(text, "utf-8")
