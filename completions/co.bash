# Completion of co and cohere-cli for bash.
# Made by completions/write.py from the command tree: do not edit.

# Whether word $2 after command $1 is a command.
_co_leads() {
  case "$1 $2" in
    'co chat' | 'co rerank' | 'co lab' | 'co compat' | 'co replay' | 'co completion' | 'co doctor' | 'co auth' | 'co config' | 'co models' | 'co sandbox') ;;
    'co auth login' | 'co auth logout' | 'co auth switch' | 'co auth token' | 'co auth list' | 'co auth status') ;;
    'co config path' | 'co config show' | 'co config get' | 'co config set' | 'co config unset' | 'co config edit') ;;
    'co models list' | 'co models show') ;;
    'co sandbox serve') ;;
    *) return 1;;
  esac
}

# The flags of command $1.
_co_flags() {
  case "$1" in
    co) words=(--version -h --help) ;;
    'co chat') words=(--document -d --file -f --system -s --image -i --tools -t --split --no-split --any-size --tool-choice --strict-tools --no-strict-tools --schema --json-object --output -o --usage -u --body-schema --to-compat --stream --no-stream --json --show --hide --temperature -T --model -m --citations --safety --seed --frequency-penalty --presence-penalty --top-k --k --top-p --p --logprobs --no-logprobs --thinking --no-thinking --thinking-budget --priority --max-tokens --stop --quiet -q --profile -p --verbose -v --record --base-url --key-file --timeout --max-time --retries --dry-run --curl --elide -h --help) ;;
    'co rerank') words=(--query -q --top-n -n --null -0 --min-score --input --records --field --output -o --json --scores --no-scores --model -m --priority --max-tokens-per-doc --long --yes -y --batch-size --concurrency --rate --resume --profile -p --verbose -v --rerank-path --base-url --key-file --timeout --max-time --retries --quiet --dry-run --curl --elide -h --help) ;;
    'co lab') words=(--query -q --queries --labels --label-field --input --records --field --output -o --measure --json --model -m --baseline --max-tokens-per-doc --long --yes -y --batch-size --concurrency --rate --resume --profile -p --verbose -v --dry-run --rerank-path --base-url --key-file --timeout --max-time --retries --quiet --curl --elide -h --help) ;;
    'co compat') words=(--file -f --system -s --image -i --tools -t --tool-choice --response-format --output -o --usage -u --check --to-native --stream --no-stream --json --show --hide --model -m --temperature -T --reasoning-effort --max-completion-tokens --max-tokens --seed --stop --top-p --frequency-penalty --presence-penalty --quiet -q --profile -p --verbose -v --record --base-url --key-file --timeout --max-time --retries --dry-run --curl --elide -h --help) ;;
    'co replay') words=(--output -o --json --speed -h --help) ;;
    'co completion') words=(-h --help) ;;
    'co doctor') words=(--profile -p --json -h --help) ;;
    'co auth') words=(-h --help) ;;
    'co auth login') words=(--profile -p --base-url --store --command --check --no-check -h --help) ;;
    'co auth logout') words=(--profile -p -h --help) ;;
    'co auth switch') words=(-h --help) ;;
    'co auth token') words=(--profile -p --yes -y -h --help) ;;
    'co auth list') words=(--json -h --help) ;;
    'co auth status') words=(--profile -p --json -h --help) ;;
    'co config') words=(-h --help) ;;
    'co config path') words=(-h --help) ;;
    'co config show') words=(--profile -p --json -h --help) ;;
    'co config get') words=(--profile -p --json -h --help) ;;
    'co config set') words=(--profile -p -h --help) ;;
    'co config unset') words=(--profile -p -h --help) ;;
    'co config edit') words=(-h --help) ;;
    'co models') words=(-h --help) ;;
    'co models list') words=(--endpoint --all --compat --output -o --cached --json --profile -p --verbose -v --base-url --key-file --timeout --max-time --retries --quiet --dry-run --curl --elide -h --help) ;;
    'co models show') words=(--compat --output -o --json --profile -p --verbose -v --base-url --key-file --timeout --max-time --retries --quiet --dry-run --curl --elide -h --help) ;;
    'co sandbox') words=(-h --help) ;;
    'co sandbox serve') words=(--port --script --fault --replay --record --profile -p --trial --any-key --verbose -v -h --help) ;;
  esac
}

# The value of flag $2 of command $1; fails if there is no such thing.
_co_flag() {
  case "$1 $2" in
    'co chat --document' | 'co chat -d') files=yes ;;
    'co chat --file' | 'co chat -f') files=yes ;;
    'co chat --system' | 'co chat -s') ;;
    'co chat --image' | 'co chat -i') files=yes ;;
    'co chat --tools' | 'co chat -t') files=yes ;;
    'co chat --tool-choice') words=(required none) ;;
    'co chat --schema') files=yes ;;
    'co chat --output' | 'co chat -o') words=(text markdown json events yaml) ;;
    'co chat --show') ;;
    'co chat --hide') ;;
    'co chat --temperature' | 'co chat -T') ;;
    'co chat --model' | 'co chat -m') _co_name_models --endpoint chat ;;
    'co chat --citations') words=(enabled disabled fast accurate off) ;;
    'co chat --safety') words=(contextual strict off) ;;
    'co chat --seed') ;;
    'co chat --frequency-penalty') ;;
    'co chat --presence-penalty') ;;
    'co chat --top-k' | 'co chat --k') ;;
    'co chat --top-p' | 'co chat --p') ;;
    'co chat --thinking-budget') ;;
    'co chat --priority') ;;
    'co chat --max-tokens') ;;
    'co chat --stop') ;;
    'co chat --profile' | 'co chat -p') words=(sandbox) ;;
    'co chat --record') files=yes ;;
    'co chat --base-url') ;;
    'co chat --key-file') files=yes ;;
    'co chat --timeout') ;;
    'co chat --max-time') ;;
    'co chat --retries') ;;
    'co rerank --query' | 'co rerank -q') ;;
    'co rerank --top-n' | 'co rerank -n') ;;
    'co rerank --min-score') ;;
    'co rerank --input') words=(auto lines jsonl json yaml csv tsv grep files) ;;
    'co rerank --records') ;;
    'co rerank --field') ;;
    'co rerank --output' | 'co rerank -o') words=(table text json jsonl tsv csv paths markdown) ;;
    'co rerank --model' | 'co rerank -m') _co_name_models --endpoint rerank ;;
    'co rerank --priority') ;;
    'co rerank --max-tokens-per-doc') ;;
    'co rerank --long') words=(split truncate refuse) ;;
    'co rerank --batch-size') ;;
    'co rerank --concurrency') ;;
    'co rerank --rate') ;;
    'co rerank --profile' | 'co rerank -p') words=(sandbox) ;;
    'co rerank --rerank-path') ;;
    'co rerank --base-url') ;;
    'co rerank --key-file') files=yes ;;
    'co rerank --timeout') ;;
    'co rerank --max-time') ;;
    'co rerank --retries') ;;
    'co lab --query' | 'co lab -q') ;;
    'co lab --queries') files=yes ;;
    'co lab --labels') files=yes ;;
    'co lab --label-field') ;;
    'co lab --input') words=(auto lines jsonl json yaml csv tsv grep files) ;;
    'co lab --records') ;;
    'co lab --field') ;;
    'co lab --output' | 'co lab -o') words=(table json jsonl tsv markdown) ;;
    'co lab --measure') ;;
    'co lab --model' | 'co lab -m') _co_name_models --endpoint rerank ;;
    'co lab --baseline') words=(input) ;;
    'co lab --max-tokens-per-doc') ;;
    'co lab --long') words=(split truncate refuse) ;;
    'co lab --batch-size') ;;
    'co lab --concurrency') ;;
    'co lab --rate') ;;
    'co lab --profile' | 'co lab -p') words=(sandbox) ;;
    'co lab --rerank-path') ;;
    'co lab --base-url') ;;
    'co lab --key-file') files=yes ;;
    'co lab --timeout') ;;
    'co lab --max-time') ;;
    'co lab --retries') ;;
    'co compat --file' | 'co compat -f') files=yes ;;
    'co compat --system' | 'co compat -s') ;;
    'co compat --image' | 'co compat -i') files=yes ;;
    'co compat --tools' | 'co compat -t') files=yes ;;
    'co compat --tool-choice') ;;
    'co compat --response-format') files=yes ;;
    'co compat --output' | 'co compat -o') words=(text markdown json jsonl events yaml) ;;
    'co compat --show') ;;
    'co compat --hide') ;;
    'co compat --model' | 'co compat -m') _co_name_models --compat ;;
    'co compat --temperature' | 'co compat -T') ;;
    'co compat --reasoning-effort') ;;
    'co compat --max-completion-tokens') ;;
    'co compat --max-tokens') ;;
    'co compat --seed') ;;
    'co compat --stop') ;;
    'co compat --top-p') ;;
    'co compat --frequency-penalty') ;;
    'co compat --presence-penalty') ;;
    'co compat --profile' | 'co compat -p') words=(sandbox) ;;
    'co compat --record') files=yes ;;
    'co compat --base-url') ;;
    'co compat --key-file') files=yes ;;
    'co compat --timeout') ;;
    'co compat --max-time') ;;
    'co compat --retries') ;;
    'co replay --output' | 'co replay -o') words=(text markdown json events) ;;
    'co replay --speed') ;;
    'co doctor --profile' | 'co doctor -p') words=(sandbox) ;;
    'co auth login --profile' | 'co auth login -p') words=(sandbox) ;;
    'co auth login --base-url') ;;
    'co auth login --store') words=(file keyring command) ;;
    'co auth login --command') ;;
    'co auth logout --profile' | 'co auth logout -p') words=(sandbox) ;;
    'co auth token --profile' | 'co auth token -p') words=(sandbox) ;;
    'co auth status --profile' | 'co auth status -p') words=(sandbox) ;;
    'co config show --profile' | 'co config show -p') words=(sandbox) ;;
    'co config get --profile' | 'co config get -p') words=(sandbox) ;;
    'co config set --profile' | 'co config set -p') words=(sandbox) ;;
    'co config unset --profile' | 'co config unset -p') words=(sandbox) ;;
    'co models list --endpoint') words=(chat rerank embed transcriptions) ;;
    'co models list --output' | 'co models list -o') words=(table text json jsonl) ;;
    'co models list --profile' | 'co models list -p') words=(sandbox) ;;
    'co models list --base-url') ;;
    'co models list --key-file') files=yes ;;
    'co models list --timeout') ;;
    'co models list --max-time') ;;
    'co models list --retries') ;;
    'co models show --output' | 'co models show -o') words=(table text json jsonl) ;;
    'co models show --profile' | 'co models show -p') words=(sandbox) ;;
    'co models show --base-url') ;;
    'co models show --key-file') files=yes ;;
    'co models show --timeout') ;;
    'co models show --max-time') ;;
    'co models show --retries') ;;
    'co sandbox serve --port') ;;
    'co sandbox serve --script') files=yes ;;
    'co sandbox serve --fault') ;;
    'co sandbox serve --replay') ;;
    'co sandbox serve --record') ;;
    'co sandbox serve --profile' | 'co sandbox serve -p') words=(sandbox) ;;
    *) return 1;;
  esac
}

# What may follow command $1 with $2 arguments.
_co_argument() {
  case "$1 $2" in
    'co 0') words=(chat rerank lab compat replay completion doctor auth config models sandbox) ;;
    'co chat '*) ;;
    'co rerank '*) files=yes ;;
    'co lab '*) files=yes ;;
    'co compat '*) ;;
    'co replay 0') files=yes ;;
    'co completion 0') words=(bash zsh fish) ;;
    'co auth 0') words=(login logout switch token list status) ;;
    'co auth switch 0') words=(sandbox) ;;
    'co config 0') words=(path show get set unset edit) ;;
    'co config get 0') ;;
    'co config set 0') ;;
    'co config set 1') ;;
    'co config unset 0') ;;
    'co models 0') words=(list show) ;;
    'co models show 0') _co_name_models --all ;;
    'co sandbox 0') words=(serve) ;;
  esac
}

# Puts together what readline has split at = and : as well. Sets $line, and $lead:
# the beginning of its last word, which readline is not going to replace.
_co_join() {
  local piece glued=''
  for piece in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ $glued || ($last -ge 0 && $piece == [=:]*) ]]; then
      lead=${line[last]}
      line[last]+=$piece
    else
      lead=''
      last=$((last + 1))
      line[last]=$piece
    fi
    glued=''
    if [[ $piece == [=:]* ]]; then
      lead=${line[last]}
      glued=yes
    fi
  done
}

# Follows the words in front of the last one. Sets $path; $place: how many arguments
# it has; $flag: which waits for its value; $bare: after a --.
_co_follow() {
  local word
  for word in "${line[@]:1:last-1}"; do
    if [[ $flag ]]; then
      flag=''
    elif [[ ! $bare && $word == -- ]]; then
      bare=yes
    elif [[ ! $bare && $word == -?* ]]; then
      if _co_flag "$path" "$word"; then flag=$word; fi
    elif _co_leads "$path" "$word"; then
      path="$path $word"
    else
      place=$((place + 1))
    fi
  done
}

# Sets $words to names of models: $@ says which, the line at which server.
_co_name_models() {
  local at name server=()
  for ((at = 1; at < last; at++)); do
    case ${line[at]} in
      -p | --profile | --base-url) server+=("${line[@]:at:2}") ;;
      -p* | --profile=* | --base-url=*) server+=("${line[at]}") ;;
    esac
  done
  while IFS= read -r name; do
    words+=("$(printf %q "$name")")
  done < <(cohere-cli models list --cached "$@" "${server[@]}" </dev/null 2>/dev/null)
}

# Offers those of $words and, if $files is set, those files that begin with $1;
# $2 is what stands in front of them in the same word.
_co_offer() {
  local word unquoted=${1#[\"\']}
  for word in "${words[@]}"; do
    if [[ $word == "$unquoted"* ]]; then COMPREPLY+=("$2$word"); fi
  done
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do
      COMPREPLY+=("$2$word")
    done < <(compgen -f -- "$1")
  fi
  COMPREPLY=("${COMPREPLY[@]#"$lead"}")
}

_co() {
  local line=() last=-1 lead='' path=co place=0 flag='' bare='' words=() files=''
  COMPREPLY=()
  _co_join
  _co_follow
  local word=${line[last]} before=''
  words=() files=''
  if [[ $flag ]]; then
    _co_flag "$path" "$flag"
  elif [[ ! $bare && $word == --*=* ]]; then
    before=${word%%=*}=
    _co_flag "$path" "${word%%=*}"
  elif [[ ! $bare && $word == -* ]]; then
    _co_flags "$path"
  else
    _co_argument "$path" "$place"
  fi
  _co_offer "${word#"$before"}" "$before"
}

if type compopt >/dev/null 2>&1; then
  complete -F _co co cohere-cli
else # bash 3.2 cannot say of one reply that it is a file, only of all
  complete -o filenames -F _co co cohere-cli
fi
