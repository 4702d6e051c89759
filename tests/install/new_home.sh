#!/bin/sh
# From nothing to completed words: what somebody does who has Python, pip and a wheel.
#
#   env -i HOME=$(mktemp -d) PATH=/usr/bin:/bin tests/install/new_home.sh PYTHON WHEEL
#
# HOME is empty. Each line `ok …` is a step that worked; the first that does not ends
# the script with 1. A shell that is not installed is named, and left out.
set -eu
python=$1 wheel=$2
cd "$HOME"

step() { echo "ok $*"; }
fail() { echo "failed: $*" >&2; exit 1; }
has() { case $1 in *"$2"*) ;; *) fail "no '$2' in: $1" ;; esac; }

"$python" -m venv co
co/bin/pip install --quiet --no-cache-dir --disable-pip-version-check "$wheel"
PATH=$HOME/co/bin:$PATH
step "$(co --version)"

# Without a key the doctor names what is missing, and what to do.
code=0
co doctor >doctor 2>doctor.err || code=$?
[ "$code" = 4 ] || fail "co doctor: exit $code: $(cat doctor.err)"
has "$(cat doctor.err)" "-p sandbox needs no key"
has "$(cat doctor)" "next: "
co doctor -p sandbox >doctor
has "$(cat doctor)" "next: "
step doctor

has "$(co chat "Say hello" -p sandbox --quiet)" "This is the sandbox"
step chat

mkdir notes
echo "Retries: two, with a pause between them." >notes/retries.md
echo "Cats sleep most of the day." >notes/cats.md
has "$(co ask "How many retries?" notes -p sandbox --quiet -o markdown)" "notes/retries.md"
step ask

[ "$(printf 'a cat\na dog\na bird\n' | co rerank -q dog -n 1 -p sandbox --quiet)" = "a dog" ]
step rerank

# Where a shell needs a line in its settings, the line is printed after two spaces.
install() {
  printed=$(co completion install "$1") || fail "co completion install $1: $printed"
  has "$printed" "wrote $HOME/"
  echo "$printed" | sed -n 's/^  //p' >>"$2"
}

install bash .bashrc
package=/usr/share/bash-completion/bash_completion
shown=$(bash --norc -c '
if [ -s ~/.bashrc ]; then . ~/.bashrc; else . '"$package"'; _completion_loader co; fi
COMP_WORDS=(co cha) COMP_CWORD=1 COMP_LINE="co cha" COMP_POINT=6
$(complete -p co | sed "s/.*-F \([^ ]*\).*/\1/") co cha co
echo "${COMPREPLY[@]}"') || true
has "$shown" chat
step completion in bash

if command -v zsh >/dev/null; then
  install zsh .zshrc
  # -u: folders that others own, as in an image, are asked about otherwise.
  sed 's/; compinit$/; compinit -u/' .zshrc >zshrc && mv zshrc .zshrc
  timeout 30 zsh -f >shown 2>&1 <<'END' || fail "zsh: $(cat shown)"
zmodload zsh/zpty
zpty -b terminal "TERM=dumb zsh -f -i"
zpty -w terminal 'source ~/.zshrc; echo re''ady'
zpty -r terminal shown '*ready*'
zpty -w -n terminal $'co rera\t'
zpty -r terminal shown '*co rerank *'
zpty -d terminal
END
  step completion in zsh
else
  echo "zsh is not installed"
fi

if command -v fish >/dev/null; then
  install fish none
  [ ! -s none ] || fail "fish: $(cat none)"
  has "$(fish -c 'complete --do-complete "co cha"')" chat
  step completion in fish
else
  echo "fish is not installed"
fi
