### What the program itself writes into journals, always in English. Here it is so that it is found again and told in the
### reader's language: what stands between the holes is held against the code by a test, and against the text by `said.rs`.

said-there-already = already-there: { $a }
said-after-unknown = after-unknown: { $a }
said-unreadable = cannot be read: { $a }
said-no-file = there is no such file
said-not-allowed = no permission
said-a-folder = it is a folder now
said-not-a-file = it is no file now
said-too-large = it is larger now than a document may be
said-archive-broken = the archive is broken
said-archive-encrypted = the archive is encrypted
said-archive-unknown = the archive is compressed in an unknown way
said-archive-too-large = it is larger than { $a } MiB
said-archive-lacks = there is no such document in the archive
said-changed = the file's SHA-256 is { $a } now
said-changed-masked = the file's SHA-# is { $a } now
said-no-text = it cannot be sent as text: { $a }
said-not-sent = not sent: { $a }
said-no-entry = no entry for this document: { $a }
said-no-answer = no readable answer: { $a }
said-page = page "{ $a }"
said-task-failed = the request's task failed
said-proxy = login page or proxy: { $a }
said-of-file = { $a }: cannot be read: { $b }
said-no-words = HTTP { $a }, no words
said-too-long = HTTP { $a }, and an answer of more than { $b } bytes
said-then = HTTP { $a }, then { $b }
said-status = HTTP { $a }: { $b }
said-holder = process { $a } on { $b } since { $c }
said-no-holder = an unknown process

## What the HTTP client says; in English in its own words

wire-timed-out = { $text }
wire-no-name = { $text }
wire-refused = { $text }
wire-untrusted = { $text }
wire-cut = { $text }
wire-not-reached = { $text }
wire-failed = { $text }
