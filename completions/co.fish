# Completion of co and cohere-cli for fish.
# Made by completions/write.py from the command tree: do not edit.

# Whether words lead to a command, or to a flag that takes a value.
function __co_leads
    contains -- $argv[1] \
        "co chat" \
        "co rerank" \
        "co lab" \
        "co compat" \
        "co replay" \
        "co completion" \
        "co doctor" \
        "co auth" \
        "co auth login" \
        "co auth logout" \
        "co auth switch" \
        "co auth token" \
        "co auth list" \
        "co auth status" \
        "co config" \
        "co config path" \
        "co config show" \
        "co config get" \
        "co config set" \
        "co config unset" \
        "co config edit" \
        "co models" \
        "co models list" \
        "co models show" \
        "co sandbox" \
        "co sandbox serve"
end

function __co_takes
    contains -- $argv[1] \
        "co chat --document" \
        "co chat -d" \
        "co chat --file" \
        "co chat -f" \
        "co chat --system" \
        "co chat -s" \
        "co chat --image" \
        "co chat -i" \
        "co chat --tools" \
        "co chat -t" \
        "co chat --tool-choice" \
        "co chat --schema" \
        "co chat --output" \
        "co chat -o" \
        "co chat --show" \
        "co chat --hide" \
        "co chat --temperature" \
        "co chat -T" \
        "co chat --model" \
        "co chat -m" \
        "co chat --citations" \
        "co chat --safety" \
        "co chat --seed" \
        "co chat --frequency-penalty" \
        "co chat --presence-penalty" \
        "co chat --top-k" \
        "co chat --k" \
        "co chat --top-p" \
        "co chat --p" \
        "co chat --thinking-budget" \
        "co chat --priority" \
        "co chat --max-tokens" \
        "co chat --stop" \
        "co chat --profile" \
        "co chat -p" \
        "co chat --record" \
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
        "co rerank --priority" \
        "co rerank --max-tokens-per-doc" \
        "co rerank --long" \
        "co rerank --batch-size" \
        "co rerank --concurrency" \
        "co rerank --rate" \
        "co rerank --profile" \
        "co rerank -p" \
        "co rerank --rerank-path" \
        "co rerank --base-url" \
        "co rerank --key-file" \
        "co rerank --timeout" \
        "co rerank --max-time" \
        "co rerank --retries" \
        "co lab --query" \
        "co lab -q" \
        "co lab --queries" \
        "co lab --labels" \
        "co lab --label-field" \
        "co lab --input" \
        "co lab --records" \
        "co lab --field" \
        "co lab --output" \
        "co lab -o" \
        "co lab --measure" \
        "co lab --model" \
        "co lab -m" \
        "co lab --baseline" \
        "co lab --max-tokens-per-doc" \
        "co lab --long" \
        "co lab --batch-size" \
        "co lab --concurrency" \
        "co lab --rate" \
        "co lab --profile" \
        "co lab -p" \
        "co lab --rerank-path" \
        "co lab --base-url" \
        "co lab --key-file" \
        "co lab --timeout" \
        "co lab --max-time" \
        "co lab --retries" \
        "co compat --file" \
        "co compat -f" \
        "co compat --system" \
        "co compat -s" \
        "co compat --image" \
        "co compat -i" \
        "co compat --tools" \
        "co compat -t" \
        "co compat --tool-choice" \
        "co compat --response-format" \
        "co compat --output" \
        "co compat -o" \
        "co compat --show" \
        "co compat --hide" \
        "co compat --model" \
        "co compat -m" \
        "co compat --temperature" \
        "co compat -T" \
        "co compat --reasoning-effort" \
        "co compat --max-completion-tokens" \
        "co compat --max-tokens" \
        "co compat --seed" \
        "co compat --stop" \
        "co compat --top-p" \
        "co compat --frequency-penalty" \
        "co compat --presence-penalty" \
        "co compat --profile" \
        "co compat -p" \
        "co compat --record" \
        "co compat --base-url" \
        "co compat --key-file" \
        "co compat --timeout" \
        "co compat --max-time" \
        "co compat --retries" \
        "co replay --output" \
        "co replay -o" \
        "co replay --speed" \
        "co doctor --profile" \
        "co doctor -p" \
        "co auth login --profile" \
        "co auth login -p" \
        "co auth login --base-url" \
        "co auth login --store" \
        "co auth login --command" \
        "co auth logout --profile" \
        "co auth logout -p" \
        "co auth token --profile" \
        "co auth token -p" \
        "co auth status --profile" \
        "co auth status -p" \
        "co config show --profile" \
        "co config show -p" \
        "co config get --profile" \
        "co config get -p" \
        "co config set --profile" \
        "co config set -p" \
        "co config unset --profile" \
        "co config unset -p" \
        "co models list --endpoint" \
        "co models list --output" \
        "co models list -o" \
        "co models list --profile" \
        "co models list -p" \
        "co models list --base-url" \
        "co models list --key-file" \
        "co models list --timeout" \
        "co models list --max-time" \
        "co models list --retries" \
        "co models show --output" \
        "co models show -o" \
        "co models show --profile" \
        "co models show -p" \
        "co models show --base-url" \
        "co models show --key-file" \
        "co models show --timeout" \
        "co models show --max-time" \
        "co models show --retries" \
        "co sandbox serve --port" \
        "co sandbox serve --script" \
        "co sandbox serve --fault" \
        "co sandbox serve --replay" \
        "co sandbox serve --record" \
        "co sandbox serve --profile" \
        "co sandbox serve -p"
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

# Names models: $argv says which, the line at which server.
function __co_name_models
    set -l server
    set -l words (commandline -opc)
    for at in (seq (count $words))
        switch $words[$at]
            case -p --profile --base-url
                set -a server $words[$at..(math $at + 1)]
            case '-p*' '--profile=*' '--base-url=*'
                set -a server $words[$at]
        end
    end
    cohere-cli models list --cached $argv $server </dev/null 2>/dev/null
end

complete -c cohere-cli -w co
complete -c co -f

complete -c co -n '__co_at co 0' -a 'chat' -d 'Ask a model; ground the answer in documents, with citations'
complete -c co -n '__co_at co 0' -a 'rerank' -d 'Rank records by a query: lines of text, or records of JSON, YAML, CSV'
complete -c co -n '__co_at co 0' -a 'lab' -d 'Compare rerank models on your own queries, records and judgements'
complete -c co -n '__co_at co 0' -a 'compat' -d 'Send a prompt to an OpenAI-compatible endpoint, Cohere\'s or another server\'s'
complete -c co -n '__co_at co 0' -a 'replay' -d 'Show a recorded reply again, as it was shown at first'
complete -c co -n '__co_at co 0' -a 'completion' -d 'Print the completion script for a shell; it completes `cohere-cli` too'
complete -c co -n '__co_at co 0' -a 'doctor' -d 'Check everything a call needs; exit 0 if all checks pass'
complete -c co -n '__co_at co 0' -a 'auth' -d 'Manage API keys, and the profiles that they belong to'
complete -c co -n '__co_at co 0' -a 'config' -d 'Show and change the settings of profiles'
complete -c co -n '__co_at co 0' -a 'models' -d 'List models, and show what a model supports'
complete -c co -n '__co_at co 0' -a 'sandbox' -d 'A local stand-in for the API: no model, no key, no network'
complete -c co -n '__co_lacks co --version' -l version -d 'Print the version'
complete -c co -n '__co_lacks co -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co chat"' -l document -s d -r -F -d 'File, folder or pattern to ground the answer in; - is standard input'
complete -c co -n '__co_at "co chat"' -l file -s f -r -F -d 'Request body in JSON or YAML, with the API\'s field names; flags and later files override it; - is standard input'
complete -c co -n '__co_lacks "co chat" --system -s' -l system -s s -x -d 'System message'
complete -c co -n '__co_at "co chat"' -l image -s i -r -F -d 'Image to send: png, jpeg, webp or gif; the suffix :low or :high sets the detail'
complete -c co -n '__co_at "co chat"' -l tools -s t -r -F -d 'File that declares tools for the model'
complete -c co -n '__co_lacks "co chat" --split --no-split' -l split -l no-split -d 'Split long documents into passages'
complete -c co -n '__co_lacks "co chat" --any-size' -l any-size -d 'Send documents that may exceed the context window'
complete -c co -n '__co_lacks "co chat" --tool-choice' -l tool-choice -x -a 'required none' -d 'Require a tool call, or forbid it: required or none'
complete -c co -n '__co_lacks "co chat" --strict-tools --no-strict-tools' -l strict-tools -l no-strict-tools -d 'Enforce tool schemas'
complete -c co -n '__co_lacks "co chat" --schema' -l schema -r -F -d 'Require JSON of this schema, or of fields such as \'name, age int\''
complete -c co -n '__co_lacks "co chat" --json-object' -l json-object -d 'Require a JSON object'
complete -c co -n '__co_lacks "co chat" --output -o' -l output -s o -x -a 'text markdown json events yaml' -d 'text, markdown, json or events; yaml for --dry-run'
complete -c co -n '__co_lacks "co chat" --usage -u' -l usage -s u -d 'Print token usage, finish reason and times'
complete -c co -n '__co_lacks "co chat" --body-schema' -l body-schema -d 'Print the JSON Schema of a body file; send nothing'
complete -c co -n '__co_lacks "co chat" --to-compat' -l to-compat -d 'Print the body as `co compat -f` takes it; send nothing'
complete -c co -n '__co_lacks "co chat" --stream --no-stream' -l stream -l no-stream -d 'Stream the answer, or wait for all of it'
complete -c co -n '__co_lacks "co chat" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_at "co chat"' -l show -x -d 'Show thinking, plan, tools, citations, usage, logprobs'
complete -c co -n '__co_at "co chat"' -l hide -x -d 'Hide any of these'
complete -c co -n '__co_lacks "co chat" --temperature -T' -l temperature -s T -x -d 'Sampling temperature; 0 is the least random'
complete -c co -n '__co_lacks "co chat" --model -m' -l model -s m -x -a '(__co_name_models --endpoint chat)' -d 'Model'
complete -c co -n '__co_lacks "co chat" --citations' -l citations -x -a 'enabled disabled fast accurate off' -d 'Citation mode: fast, accurate, enabled, disabled or off'
complete -c co -n '__co_lacks "co chat" --safety' -l safety -x -a 'contextual strict off' -d 'Safety mode: contextual, strict or off'
complete -c co -n '__co_lacks "co chat" --seed' -l seed -x -d 'Seed for best-effort reproducibility'
complete -c co -n '__co_lacks "co chat" --frequency-penalty' -l frequency-penalty -x -d 'Penalize tokens by how often they occurred'
complete -c co -n '__co_lacks "co chat" --presence-penalty' -l presence-penalty -x -d 'Penalize tokens that occurred at all'
complete -c co -n '__co_lacks "co chat" --top-k --k' -l top-k -l k -x -d 'Sample from the N most likely tokens; 0 is off'
complete -c co -n '__co_lacks "co chat" --top-p --p' -l top-p -l p -x -d 'Nucleus sampling: probability mass, 0.01 to 0.99'
complete -c co -n '__co_lacks "co chat" --logprobs --no-logprobs' -l logprobs -l no-logprobs -d 'Return token log probabilities'
complete -c co -n '__co_lacks "co chat" --thinking --no-thinking' -l thinking -l no-thinking -d 'Turn thinking on or off'
complete -c co -n '__co_lacks "co chat" --thinking-budget' -l thinking-budget -x -d 'Maximum tokens for thinking; implies --thinking'
complete -c co -n '__co_lacks "co chat" --priority' -l priority -x -d 'Priority of the request; 0 is served first'
complete -c co -n '__co_lacks "co chat" --max-tokens' -l max-tokens -x -d 'Maximum tokens to generate, thinking included'
complete -c co -n '__co_at "co chat"' -l stop -x -d 'Stop sequence that ends the answer'
complete -c co -n '__co_lacks "co chat" --quiet -q' -l quiet -s q -d 'Print only errors'
complete -c co -n '__co_lacks "co chat" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co chat" --verbose -v' -l verbose -s v -d 'Log each request and retry'
complete -c co -n '__co_lacks "co chat" --record' -l record -r -F -d 'Record the reply and its timing, for `co replay`'
complete -c co -n '__co_lacks "co chat" --base-url' -l base-url -x -d 'Base URL of the API'
complete -c co -n '__co_lacks "co chat" --key-file' -l key-file -r -F -d 'Read the API key from a file; - is standard input'
complete -c co -n '__co_lacks "co chat" --timeout' -l timeout -x -d 'Seconds to wait without receiving data'
complete -c co -n '__co_lacks "co chat" --max-time' -l max-time -x -d 'Seconds that the whole call may take, retries included'
complete -c co -n '__co_lacks "co chat" --retries' -l retries -x -d 'Retries after a transient failure'
complete -c co -n '__co_lacks "co chat" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co chat" --curl' -l curl -d 'Print the request as a curl command; send nothing'
complete -c co -n '__co_lacks "co chat" --elide' -l elide -d 'Shorten long strings in --dry-run and --curl'
complete -c co -n '__co_lacks "co chat" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co rerank"' -F
complete -c co -n '__co_lacks "co rerank" --query -q' -l query -s q -x -d 'The query; @FILE reads it from a file'
complete -c co -n '__co_lacks "co rerank" --top-n -n' -l top-n -s n -x -d 'Keep the best N; 0 keeps all'
complete -c co -n '__co_lacks "co rerank" --null -0' -l null -s 0 -d 'Records, or names of files, end in NUL, in input and output'
complete -c co -n '__co_lacks "co rerank" --min-score' -l min-score -x -d 'Keep records with at least this score'
complete -c co -n '__co_lacks "co rerank" --input' -l input -x -a 'auto lines jsonl json yaml csv tsv grep files' -d 'lines, jsonl, json, yaml, csv, tsv, grep, or files (one record per file)'
complete -c co -n '__co_lacks "co rerank" --records' -l records -x -d 'Path of the records inside a JSON object: data.items'
complete -c co -n '__co_at "co rerank"' -l field -x -d 'Rank by this field of the records'
complete -c co -n '__co_lacks "co rerank" --output -o' -l output -s o -x -a 'table text json jsonl tsv csv paths markdown' -d 'table, text, json, jsonl, tsv, csv, paths or markdown'
complete -c co -n '__co_lacks "co rerank" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co rerank" --scores --no-scores' -l scores -l no-scores -d 'Print the score before each record'
complete -c co -n '__co_lacks "co rerank" --model -m' -l model -s m -x -a '(__co_name_models --endpoint rerank)' -d 'Model'
complete -c co -n '__co_lacks "co rerank" --priority' -l priority -x -d 'Priority; 0 is served first'
complete -c co -n '__co_lacks "co rerank" --max-tokens-per-doc' -l max-tokens-per-doc -x -d 'Tokens that the model reads of a document'
complete -c co -n '__co_lacks "co rerank" --long' -l long -x -a 'split truncate refuse' -d 'Records longer than the model\'s limit: split, truncate or refuse'
complete -c co -n '__co_lacks "co rerank" --yes -y' -l yes -s y -d 'Send many requests without asking'
complete -c co -n '__co_lacks "co rerank" --batch-size' -l batch-size -x -d 'Records per request'
complete -c co -n '__co_lacks "co rerank" --concurrency' -l concurrency -x -d 'Concurrent requests'
complete -c co -n '__co_lacks "co rerank" --rate' -l rate -x -d 'Maximum requests per minute'
complete -c co -n '__co_lacks "co rerank" --resume' -l resume -d 'Resume an interrupted run'
complete -c co -n '__co_lacks "co rerank" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co rerank" --verbose -v' -l verbose -s v -d 'Log each request and retry'
complete -c co -n '__co_lacks "co rerank" --rerank-path' -l rerank-path -x -d 'The endpoint of other servers: /v1/rerank or /rerank'
complete -c co -n '__co_lacks "co rerank" --base-url' -l base-url -x -d 'Base URL of the API'
complete -c co -n '__co_lacks "co rerank" --key-file' -l key-file -r -F -d 'Read the API key from a file; - is standard input'
complete -c co -n '__co_lacks "co rerank" --timeout' -l timeout -x -d 'Seconds to wait without receiving data'
complete -c co -n '__co_lacks "co rerank" --max-time' -l max-time -x -d 'Seconds that the whole call may take, retries included'
complete -c co -n '__co_lacks "co rerank" --retries' -l retries -x -d 'Retries after a transient failure'
complete -c co -n '__co_lacks "co rerank" --quiet' -l quiet -d 'Print only errors'
complete -c co -n '__co_lacks "co rerank" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co rerank" --curl' -l curl -d 'Print the request as a curl command; send nothing'
complete -c co -n '__co_lacks "co rerank" --elide' -l elide -d 'Shorten long strings in --dry-run and --curl'
complete -c co -n '__co_lacks "co rerank" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co lab"' -F
complete -c co -n '__co_lacks "co lab" --query -q' -l query -s q -x -d 'The query that --label-field judges'
complete -c co -n '__co_lacks "co lab" --queries' -l queries -r -F -d 'Queries, one per line: ID, tab, query; or BEIR\'s JSON lines'
complete -c co -n '__co_lacks "co lab" --labels' -l labels -r -F -d 'Judgements: TREC\'s qrels, or BEIR\'s table'
complete -c co -n '__co_lacks "co lab" --label-field' -l label-field -x -d 'Field with the records\' grades; models do not read it'
complete -c co -n '__co_lacks "co lab" --input' -l input -x -a 'auto lines jsonl json yaml csv tsv grep files' -d 'lines, jsonl, json, yaml, csv, tsv, grep, or files (one record per file)'
complete -c co -n '__co_lacks "co lab" --records' -l records -x -d 'Path of the records inside a JSON object: data.items'
complete -c co -n '__co_at "co lab"' -l field -x -d 'Rank by this field of the records'
complete -c co -n '__co_lacks "co lab" --output -o' -l output -s o -x -a 'table json jsonl tsv markdown' -d 'table, json, jsonl, tsv or markdown'
complete -c co -n '__co_at "co lab"' -l measure -x -d 'ndcg@K, mrr@K, recall@K, p@K or map@K; repeatable'
complete -c co -n '__co_lacks "co lab" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_at "co lab"' -l model -s m -x -a '(__co_name_models --endpoint rerank)' -d 'Model, repeatable; the others are compared with the first'
complete -c co -n '__co_lacks "co lab" --baseline' -l baseline -x -a 'input' -d 'Compare with the order of the input, without a model'
complete -c co -n '__co_lacks "co lab" --max-tokens-per-doc' -l max-tokens-per-doc -x -d 'Tokens that the model reads of a document'
complete -c co -n '__co_lacks "co lab" --long' -l long -x -a 'split truncate refuse' -d 'Records longer than the model\'s limit: split, truncate or refuse'
complete -c co -n '__co_lacks "co lab" --yes -y' -l yes -s y -d 'Send many requests without asking'
complete -c co -n '__co_lacks "co lab" --batch-size' -l batch-size -x -d 'Records per request'
complete -c co -n '__co_lacks "co lab" --concurrency' -l concurrency -x -d 'Concurrent requests'
complete -c co -n '__co_lacks "co lab" --rate' -l rate -x -d 'Maximum requests per minute'
complete -c co -n '__co_lacks "co lab" --resume' -l resume -d 'Resume an interrupted run'
complete -c co -n '__co_lacks "co lab" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co lab" --verbose -v' -l verbose -s v -d 'Log each request and retry'
complete -c co -n '__co_lacks "co lab" --dry-run' -l dry-run -d 'Print the cost; send nothing'
complete -c co -n '__co_lacks "co lab" --rerank-path' -l rerank-path -x -d 'The endpoint of other servers: /v1/rerank or /rerank'
complete -c co -n '__co_lacks "co lab" --base-url' -l base-url -x -d 'Base URL of the API'
complete -c co -n '__co_lacks "co lab" --key-file' -l key-file -r -F -d 'Read the API key from a file; - is standard input'
complete -c co -n '__co_lacks "co lab" --timeout' -l timeout -x -d 'Seconds to wait without receiving data'
complete -c co -n '__co_lacks "co lab" --max-time' -l max-time -x -d 'Seconds that the whole call may take, retries included'
complete -c co -n '__co_lacks "co lab" --retries' -l retries -x -d 'Retries after a transient failure'
complete -c co -n '__co_lacks "co lab" --quiet' -l quiet -d 'Print only errors'
complete -c co -n '__co_lacks "co lab" --curl' -l curl -d 'Print the request as a curl command; send nothing'
complete -c co -n '__co_lacks "co lab" --elide' -l elide -d 'Shorten long strings in --dry-run and --curl'
complete -c co -n '__co_lacks "co lab" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co compat"' -l file -s f -r -F -d 'Request body in JSON or YAML, with the API\'s field names; flags and later files override it; - is standard input'
complete -c co -n '__co_lacks "co compat" --system -s' -l system -s s -x -d 'System message'
complete -c co -n '__co_at "co compat"' -l image -s i -r -F -d 'Image to send: png, jpeg, webp or gif; the suffix :low or :high sets the detail'
complete -c co -n '__co_at "co compat"' -l tools -s t -r -F -d 'File that declares tools for the model'
complete -c co -n '__co_lacks "co compat" --tool-choice' -l tool-choice -x -d 'auto, none, required, or the name of a tool to call'
complete -c co -n '__co_lacks "co compat" --response-format' -l response-format -r -F -d 'text, json_object, a JSON Schema, or the whole field as JSON'
complete -c co -n '__co_lacks "co compat" --output -o' -l output -s o -x -a 'text markdown json jsonl events yaml' -d 'text, markdown, json or events; jsonl for --check, yaml for --dry-run and --to-native'
complete -c co -n '__co_lacks "co compat" --usage -u' -l usage -s u -d 'Print token usage, finish reason and times'
complete -c co -n '__co_lacks "co compat" --check' -l check -d 'Show how Cohere\'s endpoint treats each field, without sending'
complete -c co -n '__co_lacks "co compat" --to-native' -l to-native -d 'Print the body for `co chat -f`, without sending'
complete -c co -n '__co_lacks "co compat" --stream --no-stream' -l stream -l no-stream -d 'Stream the answer, or wait for all of it'
complete -c co -n '__co_lacks "co compat" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_at "co compat"' -l show -x -d 'Show thinking, plan, tools, citations, usage, logprobs'
complete -c co -n '__co_at "co compat"' -l hide -x -d 'Hide any of these'
complete -c co -n '__co_lacks "co compat" --model -m' -l model -s m -x -a '(__co_name_models --compat)' -d 'Model'
complete -c co -n '__co_lacks "co compat" --temperature -T' -l temperature -s T -x -d 'Sampling temperature; 0 is the least random'
complete -c co -n '__co_lacks "co compat" --reasoning-effort' -l reasoning-effort -x -d 'Reasoning effort; Cohere supports `none` and `high`'
complete -c co -n '__co_lacks "co compat" --max-completion-tokens' -l max-completion-tokens -x -d 'OpenAI\'s newer name for --max-tokens'
complete -c co -n '__co_lacks "co compat" --max-tokens' -l max-tokens -x -d 'Maximum tokens to generate, thinking included'
complete -c co -n '__co_lacks "co compat" --seed' -l seed -x -d 'Seed for best-effort reproducibility'
complete -c co -n '__co_at "co compat"' -l stop -x -d 'Stop sequence that ends the answer'
complete -c co -n '__co_lacks "co compat" --top-p' -l top-p -x -d 'Nucleus sampling: probability mass to sample from'
complete -c co -n '__co_lacks "co compat" --frequency-penalty' -l frequency-penalty -x -d 'Penalize tokens by how often they occurred'
complete -c co -n '__co_lacks "co compat" --presence-penalty' -l presence-penalty -x -d 'Penalize tokens that occurred at all'
complete -c co -n '__co_lacks "co compat" --quiet -q' -l quiet -s q -d 'Print only errors'
complete -c co -n '__co_lacks "co compat" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co compat" --verbose -v' -l verbose -s v -d 'Log each request and retry'
complete -c co -n '__co_lacks "co compat" --record' -l record -r -F -d 'Record the reply and its timing, for `co replay`'
complete -c co -n '__co_lacks "co compat" --base-url' -l base-url -x -d 'Base URL of the API'
complete -c co -n '__co_lacks "co compat" --key-file' -l key-file -r -F -d 'Read the API key from a file; - is standard input'
complete -c co -n '__co_lacks "co compat" --timeout' -l timeout -x -d 'Seconds to wait without receiving data'
complete -c co -n '__co_lacks "co compat" --max-time' -l max-time -x -d 'Seconds that the whole call may take, retries included'
complete -c co -n '__co_lacks "co compat" --retries' -l retries -x -d 'Retries after a transient failure'
complete -c co -n '__co_lacks "co compat" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co compat" --curl' -l curl -d 'Print the request as a curl command; send nothing'
complete -c co -n '__co_lacks "co compat" --elide' -l elide -d 'Shorten long strings in --dry-run and --curl'
complete -c co -n '__co_lacks "co compat" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co replay" 0' -F
complete -c co -n '__co_lacks "co replay" --output -o' -l output -s o -x -a 'text markdown json events' -d 'Format of the answer'
complete -c co -n '__co_lacks "co replay" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co replay" --speed' -l speed -x -d 'Play N times as fast as recorded; 1 is the original speed'
complete -c co -n '__co_lacks "co replay" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co completion" 0' -a 'bash zsh fish'
complete -c co -n '__co_lacks "co completion" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co doctor" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co doctor" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co doctor" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co auth" 0' -a 'login' -d 'Store an API key, typed without being shown or read from a pipe'
complete -c co -n '__co_at "co auth" 0' -a 'logout' -d 'Remove a profile\'s key; its settings stay'
complete -c co -n '__co_at "co auth" 0' -a 'switch' -d 'Make a profile the active one'
complete -c co -n '__co_at "co auth" 0' -a 'token' -d 'Print the key that a call would use, for another program\'s standard input'
complete -c co -n '__co_at "co auth" 0' -a 'list' -d 'List the profiles; a star marks the active one'
complete -c co -n '__co_at "co auth" 0' -a 'status' -d 'Show which key a call would use, and why; exit 4 if it would have none'
complete -c co -n '__co_lacks "co auth" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth login" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth login" --base-url' -l base-url -x -d 'Base URL of the server that the key is for'
complete -c co -n '__co_lacks "co auth login" --store' -l store -x -a 'file keyring command' -d 'Where to store the key: a file readable by you only, the system\'s keyring, or nowhere: a command prints it'
complete -c co -n '__co_lacks "co auth login" --command' -l command -x -d 'Command that prints the key, run each time'
complete -c co -n '__co_lacks "co auth login" --check --no-check' -l check -l no-check -d 'Ask the server whether it accepts the key'
complete -c co -n '__co_lacks "co auth login" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth logout" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth logout" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co auth switch" 0' -a 'sandbox'
complete -c co -n '__co_lacks "co auth switch" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth token" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth token" --yes -y' -l yes -s y -d 'Print it to a terminal, too'
complete -c co -n '__co_lacks "co auth token" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth list" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co auth list" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co auth status" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co auth status" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co auth status" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co config" 0' -a 'path' -d 'Print the path of the settings file'
complete -c co -n '__co_at "co config" 0' -a 'show' -d 'Show each effective setting and its source: a variable, a profile, built-in'
complete -c co -n '__co_at "co config" 0' -a 'get' -d 'Print one effective setting; empty if unset'
complete -c co -n '__co_at "co config" 0' -a 'set' -d 'Set a setting of a profile; `headers.NAME` is one header'
complete -c co -n '__co_at "co config" 0' -a 'unset' -d 'Remove a setting from a profile; the inherited or built-in value applies'
complete -c co -n '__co_at "co config" 0' -a 'edit' -d 'Edit config.toml with VISUAL or EDITOR; it is checked before it is saved'
complete -c co -n '__co_lacks "co config" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co config path" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co config show" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co config show" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co config show" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co config get" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co config get" --json' -l json -d 'Print JSON'
complete -c co -n '__co_lacks "co config get" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co config set" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co config set" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co config unset" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Name of the profile'
complete -c co -n '__co_lacks "co config unset" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co config edit" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co models" 0' -a 'list' -d 'List the models that `co` can use; in a pipe, only their names'
complete -c co -n '__co_at "co models" 0' -a 'show' -d 'Show a model: its context window, endpoints and features'
complete -c co -n '__co_lacks "co models" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co models list" --endpoint' -l endpoint -x -a 'chat rerank embed transcriptions' -d 'List only models for chat, rerank, embed or transcriptions'
complete -c co -n '__co_lacks "co models list" --all' -l all -d 'List deprecated models and all endpoints, too'
complete -c co -n '__co_lacks "co models list" --compat' -l compat -d 'Use the OpenAI-compatible server; --base-url is its whole base'
complete -c co -n '__co_lacks "co models list" --output -o' -l output -s o -x -a 'table text json jsonl' -d 'table, text, json or jsonl'
complete -c co -n '__co_lacks "co models list" --cached' -l cached -d 'List names from a cache of one day; else wait 2 s at most'
complete -c co -n '__co_lacks "co models list" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co models list" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co models list" --verbose -v' -l verbose -s v -d 'Log each request and retry'
complete -c co -n '__co_lacks "co models list" --base-url' -l base-url -x -d 'Base URL of the API'
complete -c co -n '__co_lacks "co models list" --key-file' -l key-file -r -F -d 'Read the API key from a file; - is standard input'
complete -c co -n '__co_lacks "co models list" --timeout' -l timeout -x -d 'Seconds to wait without receiving data'
complete -c co -n '__co_lacks "co models list" --max-time' -l max-time -x -d 'Seconds that the whole call may take, retries included'
complete -c co -n '__co_lacks "co models list" --retries' -l retries -x -d 'Retries after a transient failure'
complete -c co -n '__co_lacks "co models list" --quiet' -l quiet -d 'Print only errors'
complete -c co -n '__co_lacks "co models list" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co models list" --curl' -l curl -d 'Print the request as a curl command; send nothing'
complete -c co -n '__co_lacks "co models list" --elide' -l elide -d 'Shorten long strings in --dry-run and --curl'
complete -c co -n '__co_lacks "co models list" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co models show" 0' -a '(__co_name_models --all)'
complete -c co -n '__co_lacks "co models show" --compat' -l compat -d 'Use the OpenAI-compatible server; --base-url is its whole base'
complete -c co -n '__co_lacks "co models show" --output -o' -l output -s o -x -a 'table text json jsonl' -d 'table, text, json or jsonl'
complete -c co -n '__co_lacks "co models show" --json' -l json -d 'Short for -o json'
complete -c co -n '__co_lacks "co models show" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile to use; `sandbox` needs no key'
complete -c co -n '__co_lacks "co models show" --verbose -v' -l verbose -s v -d 'Log each request and retry'
complete -c co -n '__co_lacks "co models show" --base-url' -l base-url -x -d 'Base URL of the API'
complete -c co -n '__co_lacks "co models show" --key-file' -l key-file -r -F -d 'Read the API key from a file; - is standard input'
complete -c co -n '__co_lacks "co models show" --timeout' -l timeout -x -d 'Seconds to wait without receiving data'
complete -c co -n '__co_lacks "co models show" --max-time' -l max-time -x -d 'Seconds that the whole call may take, retries included'
complete -c co -n '__co_lacks "co models show" --retries' -l retries -x -d 'Retries after a transient failure'
complete -c co -n '__co_lacks "co models show" --quiet' -l quiet -d 'Print only errors'
complete -c co -n '__co_lacks "co models show" --dry-run' -l dry-run -d 'Print the request body; send nothing'
complete -c co -n '__co_lacks "co models show" --curl' -l curl -d 'Print the request as a curl command; send nothing'
complete -c co -n '__co_lacks "co models show" --elide' -l elide -d 'Shorten long strings in --dry-run and --curl'
complete -c co -n '__co_lacks "co models show" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_at "co sandbox" 0' -a 'serve' -d 'Serve until interrupted; print a line that a shell can evaluate'
complete -c co -n '__co_lacks "co sandbox" -h --help' -s h -l help -d 'Show help'
complete -c co -n '__co_lacks "co sandbox serve" --port' -l port -x -d 'Port; 0 takes a free one'
complete -c co -n '__co_lacks "co sandbox serve" --script' -l script -r -F -d 'Rules of what to say, in YAML or JSON'
complete -c co -n '__co_at "co sandbox serve"' -l fault -x -d 'Spoil replies, as by cut=5;times=2'
complete -c co -n '__co_lacks "co sandbox serve" --replay' -l replay -x -d 'Serve what --record has kept'
complete -c co -n '__co_lacks "co sandbox serve" --record' -l record -x -d 'Ask the real API, and keep its replies'
complete -c co -n '__co_lacks "co sandbox serve" --profile -p' -l profile -s p -x -a 'sandbox' -d 'Profile for --record'
complete -c co -n '__co_lacks "co sandbox serve" --trial' -l trial -d 'Set the limits of a trial key'
complete -c co -n '__co_lacks "co sandbox serve" --any-key' -l any-key -d 'Take any key, not only its own'
complete -c co -n '__co_lacks "co sandbox serve" --verbose -v' -l verbose -s v -d 'Say each request'
complete -c co -n '__co_lacks "co sandbox serve" -h --help' -s h -l help -d 'Show help'
