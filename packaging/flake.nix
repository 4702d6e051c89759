# Written by packaging/write.py.
{
  description = "Command-line client for Cohere: chat with citations, rerank in a pipe";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }: let
    systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    packagesOf = system: nixpkgs.legacyPackages.${system};
    forAll = make: nixpkgs.lib.genAttrs systems (system: make (packagesOf system));
  in {
    packages = forAll (pkgs: {
      default = pkgs.python3Packages.buildPythonApplication {
        pname = "cohere-cli";
        version = "0.1.0";
        pyproject = true;
        src = ../.;
        build-system = [ pkgs.python3Packages.hatchling ];
        dependencies = with pkgs.python3Packages; [
          certifi
          h11
          httpcore
          httpx
          httpx-sse
          jsonschema
          markdown-it-py
          platformdirs
          prompt-toolkit
          pydantic
          pygments
          pyyaml
          referencing
          rich
          tomlkit
          typer
        ];
        # nixpkgs has one version of each library.
        pythonRelaxDeps = true;
        pythonImportsCheck = [ "cohere_cli.app" ];
        meta.mainProgram = "co";
      };
    });
  };
}
