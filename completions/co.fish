# Completion of co and cohere-cli for fish.
# Made by completions/write.py from the command tree: do not edit.

# Whether words lead to a command, or to a flag that takes a value.
function __co_leads
    contains -- $argv[1] \
        "co chat" \
        "co rerank" \
        "co compat" \
        "co replay" \
        "co completion" \
        "co auth" \
        "co auth login" \
        "co auth logout" \
        "co auth switch" \
        "co auth list" \
        "co auth status" \
        "co sandbox" \
        "co sandbox serve"
end

function __co_takes
    contains -- $argv[1] \
        "co chat --document" \
        "co chat -d" \
        "co chat --image" \
        "co chat -i" \
        "co chat --tools" \
        "co chat -t" \
        "co chat --tool-choice" \
        "co chat --schema" \
        "co chat --citations" \
        "co chat --safety" \
        "co chat --temperature" \
        "co chat -T" \
        "co chat --seed" \
        "co chat --frequency-penalty" \
        "co chat --presence-penalty" \
        "co chat --top-k" \
        "co chat --k" \
        "co chat --top-p" \
        "co chat --p" \
        "co chat --thinking-budget" \
        "co chat --priority" \
        "co chat --file" \
        "co chat -f" \
        "co chat --system" \
        "co chat -s" \
        "co chat --output" \
        "co chat -o" \
        "co chat --show" \
        "co chat --hide" \
        "co chat --record" \
        "co chat --model" \
        "co chat -m" \
        "co chat --max-tokens" \
        "co chat --stop" \
        "co chat --profile" \
        "co chat -p" \
        "co chat --base-url" \
        "co chat --key-file" \
        "co chat --timeout" \
        "co chat --max-time" \
        "co chat --retries" \
        "co rerank --query" \
        "co rerank -q" \
        "co rerank --top-n" \
        "co rerank -n" \
        "co rerank --min-score" \
        "co rerank --input" \
        "co rerank --records" \
        "co rerank --field" \
        "co rerank --output" \
        "co rerank -o" \
        "co rerank --model" \
        "co rerank -m" \
        "co rerank --max-tokens-per-doc" \
        "co rerank --long" \
        "co rerank --priority" \
        "co rerank --batch-size" \
        "co rerank --concurrency" \
        "co rerank --rate" \
        "co rerank --profile" \
        "co rerank -p" \
        "co rerank --base-url" \
        "co rerank --key-file" \
        "co rerank --timeout" \
        "co rerank --max-time" \
        "co rerank --retries" \
        "co compat --reasoning-effort" \
        "co compat --file" \
        "co compat -f" \
        "co compat --system" \
        "co compat -s" \
        "co compat --output" \
        "co compat -o" \
        "co compat --show" \
        "co compat --hide" \
        "co compat --record" \
        "co compat --model" \
        "co compat -m" \
        "co compat --max-tokens" \
        "co compat --temperature" \
        "co compat -T" \
        "co compat --seed" \
        "co compat --stop" \
        "co compat --top-p" \
        "co compat --frequency-penalty" \
        "co compat --presence-penalty" \
        "co compat --profile" \
        "co compat -p" \
        "co compat --base-url" \
        "co compat --key-file" \
        "co compat --timeout" \
        "co compat --max-time" \
        "co compat --retries" \
        "co replay --output" \
        "co replay -o" \
        "co replay --speed" \
        "co auth login --profile" \
        "co auth login -p" \
        "co auth login --base-url" \
        "co auth logout --profile" \
        "co auth logout -p" \
        "co auth status --profile" \
        "co auth status -p" \
        "co sandbox serve --port"
end

# Sets $__co_followed: the command that the line leads to, how many arguments it has,
# and the flag that waits for its value. Every flag asks, so the answer is kept.
function __co_follow
    set -l line (commandline -pc)
    test "$line" = "$__co_line"; and return
    set -g __co_line $line
    set -l path co
    set -l place 0
    set -l flag
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if set -q flag[1]
            set -e flag
        else if __co_leads "$path $word"
            set path "$path $word"
            set place 0
        else if __co_takes "$path $word"
            set flag $word
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
    end
    set -g __co_followed $path $place $flag
end

# Whether the line leads to command $argv[1], with $argv[2] arguments if that is said.
function __co_at
    __co_follow
    test $__co_followed[1] = $argv[1]; or return
    not set -q argv[2]; or test $__co_followed[2] = $argv[2]
end

# Whether the line leads to command $argv[1] and has none of the flags after it, but
# for one that waits.
function __co_lacks
    __co_at $argv[1]; or return
    set -q __co_followed[3]; and contains -- $__co_followed[3] $argv; and return
    set -l words (commandline -opc)
    for flag in $argv[2..-1]
        contains -- $flag $words; and return 1
        string match -q -- "$flag=*" $words; and return 1
    end
    return 0
end

complete -c cohere-cli -w co
complete -c co -f

complete -c co -n '__co_at co 0' -a 'chat' -d 'Ask a model; ground the answer in documents, and see what it cites'
complete -c co -n '__co_at co 0' -a 'rerank' -d 'Rank records by a query: lines of text, or records of JSON, YAML, CSV'
complete -c co -n '__co_at co 0' -a 'compat' -d 'Ask through the OpenAI-compatible endpoint, of Cohere or of another server'
complete -c co -n '__co_at co 0' -a 'replay' -d 'Show a recorded reply again, the way it was shown when it came'
complete -c co -n '__co_at co 0' -a 'completion' -d 'Print the completion script for a shell; it completes `cohere-cli` too'
complete -c co -n '__co_at co 0' -a 'auth' -d 'Keys, and the profiles that they belong to'
complete -c co -n '__co_at co 0' -a 'sandbox' -d 'A local stand-in for the API: no model, no key, no network'
complete -c co -n '__co_lacks co --version' -l version -d 'Print the version'
complete -c co -n '__co_lacks co -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co chat"' -l document -s d -r -F -d 'File, directory or pattern to ground the answer in: text, code, JSON, JSON lines, YAML, CSV; - is standard input'
complete -c co -n '__co_lacks "co chat" --split --no-split' -l split -l no-split -d 'Split long documents into passages, or do not'
complete -c co -n '__co_lacks "co chat" --any-size' -l any-size -d 'Send more than the model\'s context may hold'
complete -c co -n '__co_at "co chat"' -l image -s i -r -F -d 'Image to look at, png, jpeg, webp or gif; :low or :high after it sets the detail'
complete -c co -n '__co_at "co chat"' -l tools -s t -r -F -d 'File that declares tools the model may call'
complete -c co -n '__co_lacks "co chat" --tool-choice' -l tool-choice -x -a 'required none' -d 'Make the model call a tool, or none'
complete -c co -n '__co_lacks "co chat" --strict-tools --no-strict-tools' -l strict-tools -l no-strict-tools -d 'Hold tool calls to their schema'
complete -c co -n '__co_lacks "co chat" --schema' -l schema -r -F -d 'JSON Schema of the answer, or fields such as \'name, age int\''
complete -c co -n '__co_lacks "co chat" --json-object' -l json-object -d 'Have the answer as any JSON object'
complete -c co -n '__co_lacks "co chat" --body-schema' -l body-schema -d 'Print the JSON Schema of a body file; no call'
complete -c co -n '__co_lacks "co chat" --citations' -l citations -x -a 'enabled disabled fast accurate off' -d 'How to cite the documents'
complete -c co -n '__co_lacks "co chat" --safety' -l safety -x -a 'contextual strict off' -d 'Safety mode'
complete -c co -n '__co_lacks "co chat" --temperature -T' -l temperature -s T -x -d 'Randomness, 0 to 1'
complete -c co -n '__co_lacks "co chat" --seed' -l seed -x -d 'Same seed and body: the same answer, mostly'
complete -c co -n '__co_lacks "co chat" --frequency-penalty' -l frequency-penalty -x -d 'Discourage repetition'
complete -c co -n '__co_lacks "co chat" --presence-penalty' -l presence-penalty -x -d 'Encourage new words'
complete -c co -n '__co_lacks "co chat" --top-k --k' -l top-k -l k -x -d 'Draw from the N likeliest tokens; 0 is off'
complete -c co -n '__co_lacks "co chat" --top-p --p' -l top-p -l p -x -d 'Share of likely tokens to draw from'
complete -c co -n '__co_lacks "co chat" --logprobs --no-logprobs' -l logprobs -l no-logprobs -d 'Have the probability of each token'
complete -c co -n '__co_lacks "co chat" --thinking --no-thinking' -l thinking -l no-thinking -d 'Let the model think first, or not'
complete -c co -n '__co_lacks "co chat" --thinking-budget' -l thinking-budget -x -d 'Tokens to think with; means --thinking'
complete -c co -n '__co_lacks "co chat" --priority' -l priority -x -d '0 is served first'
complete -c co -n '__co_at "co chat"' -l file -s f -r -F -d 'Request body in JSON or YAML, in the API\'s own field names; flags override it, as does a later file; - is standard input'
complete -c co -n '__co_lacks "co chat" --system -s' -l system -s s -x -d 'System message'
complete -c co -n '__co_lacks "co chat" --stream --no-stream' -l stream -l no-stream -d 'Show the answer as it comes, or fetch it whole'
complete -c co -n '__co_lacks "co chat" --output -o' -l output -s o -x -a 'text markdown json events yaml' -d 'Format of the answer; yaml is for --dry-run'
complete -c co -n '__co_lacks "co chat" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co chat" --usage -u' -l usage -s u -d 'Say tokens, finish reason and times'
complete -c co -n '__co_at "co chat"' -l show -x -d 'Show thinking, plan, tools, citations, usage, logprobs'
complete -c co -n '__co_at "co chat"' -l hide -x -d 'Hide any of these'
complete -c co -n '__co_lacks "co chat" --record' -l record -r -F -d 'Keep the reply as it comes, with its times, for `co replay`'
complete -c co -n '__co_lacks "co chat" --quiet -q' -l quiet -s q -d 'Say nothing but errors'
complete -c co -n '__co_lacks "co chat" --model -m' -l model -s m -x -d 'Model'
complete -c co -n '__co_lacks "co chat" --max-tokens' -l max-tokens -x -d 'Longest answer, thinking included'
complete -c co -n '__co_at "co chat"' -l stop -x -d 'Text that ends the answer'
complete -c co -n '__co_lacks "co chat" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co chat" --base-url' -l base-url -x -d 'Address of the API'
complete -c co -n '__co_lacks "co chat" --key-file' -l key-file -r -F -d 'File that holds the API key; - is standard input'
complete -c co -n '__co_lacks "co chat" --timeout' -l timeout -x -d 'Seconds of silence to bear'
complete -c co -n '__co_lacks "co chat" --max-time' -l max-time -x -d 'Seconds that the whole call may take'
complete -c co -n '__co_lacks "co chat" --retries' -l retries -x -d 'Times to ask again after a passing failure'
complete -c co -n '__co_lacks "co chat" --verbose -v' -l verbose -s v -d 'Say what is sent where, and retries'
complete -c co -n '__co_lacks "co chat" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co chat" --curl' -l curl -d 'Print the call as a curl command; send nothing'
complete -c co -n '__co_lacks "co chat" --elide' -l elide -d 'Shorten long texts in --dry-run and --curl'
complete -c co -n '__co_lacks "co chat" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co rerank"' -F
complete -c co -n '__co_lacks "co rerank" --query -q' -l query -s q -x -d 'What to look for; @FILE reads it'
complete -c co -n '__co_lacks "co rerank" --top-n -n' -l top-n -s n -x -d 'Keep the best N; 0 is all'
complete -c co -n '__co_lacks "co rerank" --min-score' -l min-score -x -d 'Keep records of this score or more'
complete -c co -n '__co_lacks "co rerank" --input' -l input -x -a 'auto lines jsonl json yaml csv tsv grep files' -d 'Format of what is read; files: one record a file'
complete -c co -n '__co_lacks "co rerank" --null -0' -l null -s 0 -d 'Records, or names of files, end in NUL, in and out'
complete -c co -n '__co_lacks "co rerank" --records' -l records -x -d 'Where the records stand in a JSON object: data.items'
complete -c co -n '__co_at "co rerank"' -l field -x -d 'Rank by this field of the records; may be repeated'
complete -c co -n '__co_lacks "co rerank" --output -o' -l output -s o -x -a 'table text json jsonl tsv csv paths markdown' -d 'Format of the ranking'
complete -c co -n '__co_lacks "co rerank" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co rerank" --scores --no-scores' -l scores -l no-scores -d 'Put its score before each record'
complete -c co -n '__co_lacks "co rerank" --model -m' -l model -s m -x -d 'Model'
complete -c co -n '__co_lacks "co rerank" --max-tokens-per-doc' -l max-tokens-per-doc -x -d 'Tokens of a document that are read'
complete -c co -n '__co_lacks "co rerank" --long' -l long -x -a 'split truncate refuse' -d 'What becomes of a record that is longer than the model reads'
complete -c co -n '__co_lacks "co rerank" --priority' -l priority -x -d '0 is served first'
complete -c co -n '__co_lacks "co rerank" --batch-size' -l batch-size -x -d 'Records in a request'
complete -c co -n '__co_lacks "co rerank" --concurrency' -l concurrency -x -d 'Requests at a time'
complete -c co -n '__co_lacks "co rerank" --rate' -l rate -x -d 'Requests a minute at most'
complete -c co -n '__co_lacks "co rerank" --resume' -l resume -d 'Send only what an interrupted run has not brought'
complete -c co -n '__co_lacks "co rerank" --yes -y' -l yes -s y -d 'Do not ask before many requests'
complete -c co -n '__co_lacks "co rerank" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co rerank" --base-url' -l base-url -x -d 'Address of the API'
complete -c co -n '__co_lacks "co rerank" --key-file' -l key-file -r -F -d 'File that holds the API key; - is standard input'
complete -c co -n '__co_lacks "co rerank" --timeout' -l timeout -x -d 'Seconds of silence to bear'
complete -c co -n '__co_lacks "co rerank" --max-time' -l max-time -x -d 'Seconds that the whole call may take'
complete -c co -n '__co_lacks "co rerank" --retries' -l retries -x -d 'Times to ask again after a passing failure'
complete -c co -n '__co_lacks "co rerank" --quiet' -l quiet -d 'Say nothing but errors'
complete -c co -n '__co_lacks "co rerank" --verbose -v' -l verbose -s v -d 'Say what is sent where, and retries'
complete -c co -n '__co_lacks "co rerank" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co rerank" --curl' -l curl -d 'Print the call as a curl command; send nothing'
complete -c co -n '__co_lacks "co rerank" --elide' -l elide -d 'Shorten long texts in --dry-run and --curl'
complete -c co -n '__co_lacks "co rerank" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co compat" --reasoning-effort' -l reasoning-effort -x -d 'Cohere takes `none` and `high`'
complete -c co -n '__co_at "co compat"' -l file -s f -r -F -d 'Request body in JSON or YAML, in the API\'s own field names; flags override it, as does a later file; - is standard input'
complete -c co -n '__co_lacks "co compat" --system -s' -l system -s s -x -d 'System message'
complete -c co -n '__co_lacks "co compat" --stream --no-stream' -l stream -l no-stream -d 'Show the answer as it comes, or fetch it whole'
complete -c co -n '__co_lacks "co compat" --output -o' -l output -s o -x -a 'text markdown json events yaml' -d 'Format of the answer; yaml is for --dry-run'
complete -c co -n '__co_lacks "co compat" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co compat" --usage -u' -l usage -s u -d 'Say tokens, finish reason and times'
complete -c co -n '__co_at "co compat"' -l show -x -d 'Show thinking, plan, tools, citations, usage, logprobs'
complete -c co -n '__co_at "co compat"' -l hide -x -d 'Hide any of these'
complete -c co -n '__co_lacks "co compat" --record' -l record -r -F -d 'Keep the reply as it comes, with its times, for `co replay`'
complete -c co -n '__co_lacks "co compat" --quiet -q' -l quiet -s q -d 'Say nothing but errors'
complete -c co -n '__co_lacks "co compat" --model -m' -l model -s m -x -d 'Model'
complete -c co -n '__co_lacks "co compat" --max-tokens' -l max-tokens -x -d 'Longest answer, thinking included'
complete -c co -n '__co_lacks "co compat" --temperature -T' -l temperature -s T -x -d 'Randomness; 0 is the least'
complete -c co -n '__co_lacks "co compat" --seed' -l seed -x -d 'Same seed and body: the same answer, mostly'
complete -c co -n '__co_at "co compat"' -l stop -x -d 'Text that ends the answer'
complete -c co -n '__co_lacks "co compat" --top-p' -l top-p -x -d 'Share of likely tokens to draw from'
complete -c co -n '__co_lacks "co compat" --frequency-penalty' -l frequency-penalty -x -d 'Discourage repetition'
complete -c co -n '__co_lacks "co compat" --presence-penalty' -l presence-penalty -x -d 'Encourage new words'
complete -c co -n '__co_lacks "co compat" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co compat" --base-url' -l base-url -x -d 'Address of the API'
complete -c co -n '__co_lacks "co compat" --key-file' -l key-file -r -F -d 'File that holds the API key; - is standard input'
complete -c co -n '__co_lacks "co compat" --timeout' -l timeout -x -d 'Seconds of silence to bear'
complete -c co -n '__co_lacks "co compat" --max-time' -l max-time -x -d 'Seconds that the whole call may take'
complete -c co -n '__co_lacks "co compat" --retries' -l retries -x -d 'Times to ask again after a passing failure'
complete -c co -n '__co_lacks "co compat" --verbose -v' -l verbose -s v -d 'Say what is sent where, and retries'
complete -c co -n '__co_lacks "co compat" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co compat" --curl' -l curl -d 'Print the call as a curl command; send nothing'
complete -c co -n '__co_lacks "co compat" --elide' -l elide -d 'Shorten long texts in --dry-run and --curl'
complete -c co -n '__co_lacks "co compat" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co replay" 0' -F
complete -c co -n '__co_lacks "co replay" --output -o' -l output -s o -x -a 'text markdown json events' -d 'Format of the answer'
complete -c co -n '__co_lacks "co replay" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co replay" --speed' -l speed -x -d 'Play a recording N times as fast as it came; 1 is as it was'
complete -c co -n '__co_lacks "co replay" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co completion" 0' -a 'bash zsh fish'
complete -c co -n '__co_lacks "co completion" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co auth" 0' -a 'login' -d 'Store a key: it is asked for without being shown, or read from a pipe'
complete -c co -n '__co_at "co auth" 0' -a 'logout' -d 'Forget a profile\'s key; its settings stay'
complete -c co -n '__co_at "co auth" 0' -a 'switch' -d 'Make a profile the active one'
complete -c co -n '__co_at "co auth" 0' -a 'list' -d 'List the profiles; a star marks the active one'
complete -c co -n '__co_at "co auth" 0' -a 'status' -d 'Say which key a call would use, and why; exit 4 if there is none that fits'
complete -c co -n '__co_lacks "co auth" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth login" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth login" --base-url' -l base-url -x -d 'Address that the key belongs to'
complete -c co -n '__co_lacks "co auth login" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth logout" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth logout" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co auth switch" 0' -a 'sandbox'
complete -c co -n '__co_lacks "co auth switch" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth list" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co auth list" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth status" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth status" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co auth status" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co sandbox" 0' -a 'serve' -d 'Serve until interrupted; print a line that a shell can evaluate'
complete -c co -n '__co_lacks "co sandbox" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co sandbox serve" --port' -l port -x -d 'Port; 0 takes a free one'
complete -c co -n '__co_lacks "co sandbox serve" --verbose -v' -l verbose -s v -d 'Say each request'
complete -c co -n '__co_lacks "co sandbox serve" -h --help' -s h -l help -d 'Show help'
