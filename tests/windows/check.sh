#!/usr/bin/env bash
# Runs malote.exe under Wine as an operator would: drive letters, accents, paths of more than 260 characters, a
# manifest that a spreadsheet saved, a run that is killed, one that is interrupted, an archive that has moved.
#
#     tests/windows/check.sh PATH/TO/malote.exe
set -euo pipefail
exe=$(realpath "$1")
source=$(realpath "$(dirname "$0")/../..")

wine=$(command -v wine64 || true)
[ -n "$wine" ] || wine=/usr/lib/wine/wine64
if [ ! -x "$wine" ]; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wine64 wine
fi

home=$(mktemp -d)
server=
trap 'leave' EXIT
leave() {
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    # Ends what runs under this prefix, and nothing else.
    "${wine%64}server" -k 2>/dev/null || true
    rm -rf "$home"
}

# No display is needed, and Mono and Gecko are not asked for.
export WINEPREFIX="$home/wine" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" LC_ALL=C.UTF-8 MALOTE_LANG=en
export MALOTE_TOKEN=c0ffee00c0ffee00c0ffee00c0ffee00
work="$WINEPREFIX/drive_c/trabalho"
timeout 300 "$wine" wineboot --init >/dev/null 2>&1 || true
mkdir -p "$work"
cp "$exe" "$work/malote.exe"
x86_64-w64-mingw32-gcc -shared -o "$work/bcryptprimitives.dll" "$source/tests/windows/prng.c" -ladvapi32
cd "$work"

fail() {
    echo "FAILED: $*" >&2
    [ ! -e out ] || sed 's/^/    /' out >&2
    exit 1
}

# malote STATUS ARGS...: runs it, keeps what it says in the file `out`, expects that status.
malote() {
    local expected=$1 status=0
    shift
    timeout 300 "$wine" malote.exe "$@" >out 2>&1 || status=$?
    # What goes wrong in a Windows program is a status of Windows; SIGSEGV is of Wine's own code, which is rare.
    if [ "$status" = 139 ]; then
        echo "Wine itself has crashed; once more"
        status=0
        timeout 300 "$wine" malote.exe "$@" >out 2>&1 || status=$?
    fi
    [ "$status" = "$expected" ] || fail "malote $*: status $status, not $expected"
    ! grep -qi "$MALOTE_TOKEN" out || fail "malote $*: shows the key"
    echo "ok: malote $*"
}

says() {
    grep -qF -- "$1" out || fail "does not say: $1"
}

wait_for() {
    for _ in $(seq 600); do
        ! grep -qsF -- "$1" "$2" || return 0
        sleep 0.1
    done
    fail "waited in vain for: $1"
}

# An archive on C: of which one note lies deep enough.
notes="$WINEPREFIX/drive_c/notas"
cp -r "$source/fixtures/archive" "$notes"
deep="$notes/11.222.333 Padaria Aurora/2019"
for level in 1 2 3 4 5; do
    deep="$deep/pasta bem comprida com acentuação de um sistema antigo nível $level"
done
mkdir -p "$deep"
mv "$notes/11.222.333 Padaria Aurora/2019/06/"*-procNFe.xml "$deep/"

malote 0 --version
says "malote "
malote 0
says "plan ARCHIVE"

# A plan has Windows' paths, whatever they hold.
malote 0 plan 'C:\notas'
grep -q 'C:\\notas\\outros\\pagina.xml' malote.csv || fail "no drive letter in the manifest"
grep -q 'nota com acentuação e espaços.xml' malote.csv || fail "accents are lost"
longest=$(grep -o 'C:\\[^"]*' malote.csv | wc -L)
[ "$longest" -gt 300 ] || fail "no path of more than 260 characters: $longest"
planned=$(grep -c '^send' malote.csv)
malote 0
says "malote.csv is here: $planned documents to send"
malote 0 run malote.csv --dry-run
says "$planned documents would be sent"
malote 0 run malote.csv --sandbox --log-file malote.log --log-level debug
says "planned $planned = accepted $planned "
grep -q 'request route=' malote.log || fail "no requests in the log"
! grep -q "$MALOTE_TOKEN" malote.log || fail "the key is in the log"
malote 0 diff malote.csv --journal malote.sandbox.journal.csv
malote 0 doctor --sandbox
says "office "

# A server of its own; a run that is killed, and one that does the rest.
"$wine" malote.exe sandbox --latency 200ms >server.out 2>&1 &
server=$!
wait_for "simulated Zen at" server.out
url=$(tr -d '\r' <server.out | sed -n 's/^simulated Zen at //p')
send=(run malote.csv --base-url "$url" --quiet-hours none --rate 10/s --concurrency 2)
"$wine" malote.exe "${send[@]}" >out 2>&1 &
run=$!
wait_for ",accepted," malote.journal.csv
kill -9 "$run"
wait "$run" 2>/dev/null || true
malote 1 diff malote.csv
says "planned $planned = accepted "

# The rest, but for what an interruption leaves.
"$wine" malote.exe "${send[@]}" >out 2>&1 &
run=$!
before=$(grep -c ',accepted,' malote.journal.csv)
for _ in $(seq 600); do
    [ "$(grep -c ',accepted,' malote.journal.csv)" -le "$((before + 2))" ] || break
    sleep 0.1
done
kill -INT "$run"
status=0
wait "$run" || status=$?
[ "$status" = 130 ] || fail "Ctrl-C: status $status"
says "to go on: "
echo "ok: Ctrl-C"
malote 0 "${send[@]}"
says "planned $planned = accepted $planned "
malote 0 diff malote.csv --format json
says "\"planned\":$planned,\"accepted\":$planned,"
malote 0
says "Everything is sent"
malote 0 report malote.csv -o prova.html
grep -q '<svg' prova.html || fail "no chart in the report"
malote 0 --lang pt-BR
says "relação de envio"
malote 0 report malote.csv -o prova.html --lang pt-BR
grep -q 'Relatório de envio' prova.html || fail "no report in Portuguese"

# An NFS-e, which goes as a form once the clients are known, and every language that malote speaks.
printf '11.222.333/0001-81;Padaria Aurora\r\n44.555.666/0001-81\r\n' >clientes.txt
malote 0 plan 'C:\notas' -o nfse.csv --clients clientes.txt
forms=$(grep -c '^send,.*,nfse,,nfse,' nfse.csv)
[ "$forms" = 2 ] || fail "NFS-e to send: $forms"
malote 0 run nfse.csv --sandbox --lang pt-BR
says "previstos $((planned + forms)) = aceitos $((planned + forms)) "
note='C:\notas\outros\nfse nacional.xml'
malote 0 doctor --sandbox --one "$note" --side issued --yes --lang pt-BR
says "enviado e aceito pelo Zen"
malote 0 run --help --lang pt-BR
says "Opções:"
malote 2 diff nada.csv --lang pt-BR
says "não foi possível ler"

# What a spreadsheet makes of a manifest, a row turned to skip.
malote 0 plan 'C:\notas' -o planilha.csv --excel
head -c 3 planilha.csv | cmp -s - <(printf '\xef\xbb\xbf') || fail "no byte-order mark"
head -1 planilha.csv | grep -q ';.*'$'\r' || fail "no semicolons, or no CRLF"
sed -i '0,/^send;/s//skip;/' planilha.csv
malote 0 run planilha.csv --dry-run
says "$((planned - 1)) documents would be sent"

# The archive on another drive.
mkdir -p "$home/disk"
ln -s "$home/disk" "$WINEPREFIX/dosdevices/e:"
mv "$notes" "$home/disk/notas"
malote 1 run planilha.csv --dry-run
malote 0 run planilha.csv --dry-run --root 'C:\notas=E:\notas'

malote 0 completions powershell
says "Register-ArgumentCompleter"
malote 2 run malote.csv --sandboks
says "'--sandbox'"
echo "all of it holds under Wine"
