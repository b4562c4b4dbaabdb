### O que o malote diz, em português do Brasil, nas palavras do glossário do projeto.
### Uma frase é uma mensagem só, por mais comprida que seja a linha; o que está entre chaves é preenchido.

## Arquivos

of-file = { $path }: { $error }
output-protected = --output: { $path } é lido aqui e seria perdido: dê outro nome ao arquivo
evidence-journal = { $option }: { $path } é um histórico de envio e seria perdido: dê outro nome ao arquivo
evidence-foreign = { $option }: { $path } já existe e não é o que o malote grava ali: seria perdido. Dê outro nome ao arquivo, ou apague esse
output-unwritten = não foi possível gravar { $path }: { $error }
rows-journal = não foi possível reler uma mensagem do histórico de envio: { $error }
rows-output = não foi possível gravar o resultado: { $error }
log-table = --log-file: { $path } é nome de relação ou de histórico de envio: dê outro nome ao arquivo
log-unopened = --log-file: não foi possível abrir { $path }: { $error }

## O que o sistema diz de um arquivo

system-not-found = esse arquivo ou essa pasta não existe
system-not-allowed = falta permissão
system-there-already = já existe
system-a-folder = é uma pasta
system-no-folder = uma parte do caminho não é pasta
system-full = não há mais espaço no disco
system-read-only = nada pode ser gravado nesse disco

## A linha de comando e as variáveis

config-lang = MALOTE_LANG: { $value } não é nem pt-BR nem en
config-option = --{ $option }: { $reason }
config-not-utf8 = { $name }: o valor não está em UTF-8: digite-o de novo, ou salve em UTF-8 o script que o define
config-by-variable = o valor de --{ $option } vem da variável { $variable }
config-no-destination = diga para onde enviar: --office NOME, --base-url URL, ou --sandbox para experimentar
config-no-key = falta a chave da API do Zen (no Zen, Minha Conta > Chave Acesso): ponha-a na variável MALOTE_TOKEN ou em um arquivo indicado por --token-file
config-key-file = não foi possível ler o arquivo da chave da API do Zen, { $file }: { $error }
config-hidden-file = (não mostrado: o nome parece ser a própria chave, cujo lugar é a variável MALOTE_TOKEN)
config-not-a-key = { $place }: a chave da API do Zen deve ser uma palavra só, de letras, algarismos, - e _ (32 caracteres de 0-9 e a-f, como o Zen mostra)
config-open-to-others = outras pessoas neste computador podem ler ou mudar o arquivo da chave da API do Zen, { $file } (modo { $mode }): proteja-o com chmod 600
value-zone = { $zone } não é um fuso horário: escreva um como America/Sao_Paulo
value-regex = { $text } não é uma expressão regular: um sinal como ( [ * + ? que vale por ele mesmo leva \ antes
value-matches-all = combina com um texto vazio, e assim toda recusa contaria como aceita
value-more-than-an-address = o endereço termina antes de /api/v1: o programa acrescenta isso e a chave (que vem de MALOTE_TOKEN ou de --token-file)
value-not-a-url = { $start } não é uma URL: escreva-a inteira, como https://servidor
value-hidden-not-a-url = isso não é uma URL: escreva-a inteira, como https://servidor
value-no-host = { $start } não é uma URL: faltam https:// e o nome do servidor
value-hidden-no-host = isso não é uma URL: faltam https:// e o nome do servidor
value-office = { $office } não é nome de escritório: é a primeira parte do endereço do Zen, "escritorio" em https://escritorio.app.questorpublico.com.br
value-hidden-office = isto (parece ser a chave) não é nome de escritório: é a primeira parte do endereço do Zen, "escritorio" em https://escritorio.app.questorpublico.com.br
value-rejected-limit = { $value } não é nem um número (100) nem uma porcentagem (50%)
value-not-between = { $value } não está entre { $least } e { $most }
value-root = { $value } não é ANTIGA=NOVA, como em --root D:\notas=E:\notas
value-duration = { $value } não é um tempo: escreva 90s, 15min, 2h ou 1h30m
value-time-of-day = { $value } não é uma hora do dia: escreva 06:00
value-weekday = { $value } não é um dia da semana: escreva seg-sex ou mon-fri, sáb,dom ou sat,sun; ou só none, para não ter horário sem envio
value-hours = { $value } não é um intervalo de horas: escreva 00:00-18:00, ou 22:00-06:00 para passar da meia-noite; duas regras se separam com ;
value-never-open = com esse horário não sobra hora para enviar
value-rate = { $value } não é um ritmo: escreva 11/s, 600/min, 40000/h ou unlimited (sem limite)
value-client = { $value } não é nem um CNPJ (14 posições) nem um CPF (11 algarismos)
value-share = --{ $option } deve ser uma fração de 0 a 1

## O que há de errado com uma relação de envio

manifest-unreadable = não foi possível ler: { $error }
manifest-missing-column = linha 1: falta a coluna { $column } (são necessárias action, kind, route, id, sha256 e path)
manifest-doubled-column = linha 1: a coluna { $column } aparece duas vezes, e não se sabe qual delas vale: retire uma
manifest-not-utf8 = linha { $line }: não está em UTF-8. Salve de novo como "CSV UTF-8"
manifest-open-quote = linha { $line }: há aspas que não fecham, ou uma célula com quebra de linha
manifest-too-few-cells = linha { $line }: termina antes da coluna { $column }
manifest-kind = linha { $line }: { $kind } não é um tipo de documento (como nfe, cte ou nfe-event), e sem ele não se sabe quando enviar
manifest-action = linha { $line }: a ação { $action } não é nem send (vai) nem skip (fora do envio)
manifest-no-route = linha { $line }: está como send, mas não tem rota
manifest-side = linha { $line }: a coluna side diz { $side }; para enviar uma NFS-e, ela tem de dizer received, issued ou both: o lado do cliente na nota (plan --clients a preenche)
manifest-route = linha { $line }: { $route } não é uma rota (existem: { $known })
manifest-hash = linha { $line }: { $hash } não é um SHA-256 (64 caracteres de 0-9 e a-f)
manifest-envelope = linha { $line }: o envelope { $envelope } não é nem array nem data
manifest-journals = linha { $line }: a coluna journal indica { $other }, e mais acima { $one }: diga com --journal qual dos dois vale
manifest-no-path = linha { $line }: está como send, mas não tem caminho

## O que há de errado com um histórico de envio

journal-absent = não existe o histórico de envio { $path }
journal-named-gone = não existe o histórico de envio { $path }, indicado na coluna journal: traga-o de volta, ou diga com --journal qual vale
journal-held = o histórico de envio { $path } está sendo gravado por { $holder }: espere que termine, ou interrompa-o
journal-unwritable = não foi possível gravar o histórico de envio { $path }: { $error }
journal-lacks = não foi possível continuar o histórico de envio { $path }: falta a coluna { $column } na primeira linha
journal-unreadable = não foi possível ler o histórico de envio { $path }: { $error }
journal-none = { $path } não é um histórico de envio: a primeira linha não traz as colunas event, sha256 e, por último, crc, ou um dos nomes está danificado
journal-bad-line = o histórico de envio { $path } está danificado na linha { $line }: ela não confere com a sua soma de verificação. O malote não adivinha o que havia ali: restaure o arquivo de uma cópia, ou peça ajuda antes de enviar qualquer coisa
journal-bad-record = o histórico de envio { $path } está danificado na linha { $line }: ela não tem as colunas que a primeira linha indica, ou falta o hash. O malote não adivinha o que havia ali: restaure o arquivo de uma cópia, ou peça ajuda antes de enviar qualquer coisa
journal-saved-again = o histórico de envio { $path } foi salvo por outro programa, que mudou os fins de linha (linha { $line }). O malote não adivinha o que havia ali: restaure o arquivo de uma cópia
journal-newer = o histórico de envio { $path } tem o formato { $format }, e este programa conhece formatos até { $known }: use um malote mais novo

## A conferência dos totais

balance = previstos { $planned } = aceitos { $accepted } + recusados { $rejected } + com falha { $failed } + sem resposta { $unknown } + alterados { $changed } + não encontrados { $missing } + a enviar { $pending }
balance-already-there = { $equation } ({ $count ->
    [1] dos aceitos, 1 já estava lá
   *[other] dos aceitos, { $count } já estavam lá
 })

## O envio

run-may-sleep = este computador pode dormir durante o envio ({ $error }): desligue isso nas opções de energia
run-idle-root = --root { $old }={ $new }: nenhuma linha a enviar está sob { $old }
run-none-matched = --retry-rejected={ $pattern }: a mensagem de nenhum recusado combina; malote diff mostra as mensagens
run-journal-on-network = o histórico de envio { $path } está em uma unidade de rede, que pode perder o que já deu por gravado: uma pasta deste computador é mais segura (--journal)
run-torn = o fim do histórico de envio estava incompleto; o que foi cortado está guardado em { $kept }
run-deaf = não será possível notar o Ctrl-C ({ $error }): ele encerra o envio na hora
run-other-host = o histórico de envio { $path } é de documentos enviados a { $other }, e este envio vai para { $host }: indique outro com --journal
run-unheard = nada foi respondido nesta execução: confira se o nome do escritório (--office) ou o endereço (--base-url) está certo e se este computador está conectado à Internet
run-events-wait = eventos à espera de suas notas: { $count } (a nota que falhou, foi alterada ou está faltando não chegou ao Zen; os eventos dela vão quando ela chegar)
run-unrecorded = respostas que não puderam ser gravadas:
run-unrecorded-one = {"  "}{ $id }  { $path }  { $answer }
run-needs-a-person = o que depende de uma pessoa: { $command }
run-to-go-on = para continuar: { $command }
run-not-tried = não foi testada: { $route }, pois o Zen não tem nenhuma nota a que pertença um evento do acervo
stopped-interrupted = envio parado: interrompido
stopped-until = envio parado: chegou a hora de --until
stopped-max-duration = envio parado: acabou o tempo de --max-duration
stopped-max-docs = envio parado: foi enviada a quantidade de --max-docs
stopped-max-rejected = envio parado: o Zen recusou mais documentos do que --max-rejected permite
stopped-outage-limit = envio parado: o Zen ficou indisponível por todo o tempo que --outage-limit permite
stopped-pilot = envio parado: o piloto enviou um documento de cada tipo; confira-os no Zen
stop-no-entries =
    a primeira resposta de { $route } (HTTP { $http }) não traz nada legível sobre o documento: { $said }
    Procure-o no Zen. Se o documento chegou, continue com --trust-status; se não, confira o escritório e o endereço.
stop-refused = { $route } (HTTP { $http }): { $check }. A resposta foi: { $said }
stop-turned-away = { $route }: { $check }. A resposta foi: { $said }
stop-journal = não é mais possível gravar o histórico de envio: { $reason }. Desde então nada saiu. Libere espaço ou conserte o disco e repita o envio: o que saiu e não foi gravado será reenviado como sem resposta
stop-journal-moved = o histórico de envio { $path } foi movido, apagado ou trocado por outro programa durante o envio. Desde então nada saiu. Ponha-o de volta onde estava e repita o envio: o que saiu e não foi gravado será reenviado como sem resposta
stop-journal-altered = o histórico de envio { $path } foi gravado por outro programa durante o envio. Desde então nada saiu. Mantenha outros programas longe dele, recupere-o de uma cópia se estiver danificado e repita o envio: o que saiu e não foi gravado será reenviado como sem resposta
stop-journal-end = não foi possível gravar o fim do histórico de envio
stop-manifest = a relação de envio { $path } mudou durante o envio; confira-a e repita o envio
check-credentials = a chave da API do Zen foi recusada. Confira se MALOTE_TOKEN, ou o arquivo de --token-file, tem a chave que o Zen mostra em Minha Conta > Chave Acesso, se ela é deste escritório e se o fornecedor não a bloqueou; se veio uma página da web com a recusa, confira se há um proxy ou um firewall entre este computador e o Zen
check-not-found = o endereço não existe lá. Confira --office: é a primeira parte do endereço em que você entra no Zen
check-not-the-service = veio uma página ou um redirecionamento em vez de resposta. Confira --office, e se há um proxy ou uma página de login entre este computador e o Zen
check-not-taken = o endereço não recebe documentos. Confira --office ou --base-url, se há um proxy entre este computador e o Zen, e se o fornecedor mudou a rota
check-certificate = o certificado do servidor não é confiável. Confira a data do computador, e se um proxy ou antivírus inspeciona as conexões criptografadas
zen-not-a-url = o endereço { $url } não é uma URL: { $reason }
zen-plain-http = http:// sem criptografia só vale para este próprio computador (127.0.0.1, localhost, [::1]), não para { $url }
zen-more-than-a-host = o endereço não pode ter usuário, senha, consulta nem fragmento
zen-client = não foi possível preparar o cliente HTTP: { $reason }

## run --dry-run

dry-run-changed = linha { $line }: { $path }: arquivo alterado: { $reason }
dry-run-missing = linha { $line }: { $path }: não encontrado: { $reason }
dry-run-found = { $ready ->
    [1] 1 documento seria enviado
   *[other] { $ready } documentos seriam enviados
 }, { $bytes } bytes; alterados { $changed }, não encontrados { $missing }
dry-run-max-docs = é o que --max-docs permite; o que vem depois não foi examinado
dry-run-pilot = --pilot enviaria só um de cada tipo entre eles, por rota, versão do leiaute e codificação; quantos são não é contado aqui
dry-run-too-long = { $count ->
    [1] 1 deles tem
   *[other] { $count } deles têm
 } mais de { $most } bytes, que o Zen pode recusar
dry-run-time = a { $rate } por segundo, o envio leva { $time }
dry-run-end = nada foi enviado

## O andamento

progress-moment = { $weekday ->
    [1] seg
    [2] ter
    [3] qua
    [4] qui
    [5] sex
    [6] sáb
   *[7] dom
 } { $day } { $month ->
    [1] jan
    [2] fev
    [3] mar
    [4] abr
    [5] mai
    [6] jun
    [7] jul
    [8] ago
    [9] set
    [10] out
    [11] nov
   *[12] dez
 } { $time }
progress-line = { $time } { $settled } de { $planned }: { $counts }; { $pace }; { $outlook }
progress-counts = aceitos { $accepted }, recusados { $rejected }, com falha { $failed }, sem resposta { $unknown }
progress-pace = { $rate }/s de { $ceiling }/s
progress-pace-without-ceiling = { $rate }/s, sem limite
progress-documents = documentos
progress-events = eventos
progress-pass-at = { $pass } a { $pace }
progress-wait-and-end = { $doing }: { $waiting }, previsão { $end }
progress-wait = { $doing }: { $waiting }
progress-because = { $said } ({ $cause })
progress-end = { $doing }: fim previsto { $end }
progress-quiet-hours = horário sem envio até { $until }
progress-outage = Zen indisponível; tentará às { $until }
progress-unheard = Zen não respondeu; confira --office e a rede; tentará às { $until }
progress-retry-after = o Zen pediu para esperar até { $until }
progress-absurd-wait = o Zen pediu mais de uma hora; tentará às { $until }
progress-archive = sem os arquivos; tentará às { $until }
progress-retry = próxima tentativa às { $until }
progress-draining = terminando o que está a caminho

## As pendências

diff-torn = { $path }: os últimos { $bytes } bytes não formam registros inteiros (um envio está em curso, ou foi cortado)
diff-only = --only: { $word } não é uma situação (existem { $known })
held-against = aceitos, conferidos com { $list }: o Zen mostra { $shown } e não mostra { $lacking }
held-against-unlisted = aceitos, conferidos com { $list }: o Zen mostra { $shown } e não mostra { $lacking }; outros { $count } (eventos, cancelamentos, NFS-e) não aparecem nas listas dele
held-lacking = { $state }: { $count } (aceitos segundo o histórico; procure-os no Zen e veja se { $list } é de todos os clientes e do período inteiro)
held-more = e mais { $count }: --format csv --only { $state } lista todos
diff-only-not-shown = --only: { $word } só vale com --known, que diz quais são
diff-accepted = aceitos pelo Zen (accepted): { $count }
diff-rejected = recusados pelo Zen (rejected): { $count }. Corrija a causa e repita o envio com --retry-rejected
diff-failed = com falha (failed): { $count }. O próximo envio os reenvia
diff-unknown = sem resposta (unknown): { $count }. O próximo envio os reenvia
diff-changed = arquivos alterados (changed): { $count }. O arquivo não é o do levantamento; faça o levantamento de novo
diff-missing = não encontrados (missing): { $count }. Não foi possível ler o arquivo; o próximo envio olha de novo
diff-pending = a enviar (pending): { $count }. Ainda não chegou a vez; um evento espera até que sua nota chegue ao Zen
diff-other-messages = (outras mensagens)
diff-unanswered = (o envio parou antes da resposta)
diff-no-message = (sem mensagem)
diff-more-messages = { $count ->
    [1] e mais 1 mensagem
   *[other] e mais { $count } mensagens
 }

## O relatório

report-written = gravado: { $path }
report-only-sandbox = não existe o histórico de envio { $path }; o do simulador é usado com --journal { $sandbox }
report-no-row = nenhuma linha a enviar tem { $client } como emitente ou destinatário
report-no-clients = linha 1: não há nenhuma das colunas issuer, recipient e clients, pelas quais se acham as linhas de um cliente
report-changed = mudou enquanto era lida; tente de novo
report-journal-changed = um histórico de envio mudou enquanto era lido; tente de novo
report-program = não foi possível ler o arquivo do próprio programa: { $error }

## O levantamento

plan-exists = { $path } já existe; --force o troca pelo novo, -o grava outro
plan-no-file = --output: { $path } não é um arquivo: dê outro nome à relação de envio
plan-folder = --output: { $path } é uma pasta: dê o nome de um arquivo dentro dela
plan-spill = não foi possível usar um arquivo temporário ao lado de { $path }: { $error }
plan-unwritten = não foi possível gravar a relação de envio { $path }: { $error }
plan-not-replaced = não foi possível trocar a relação de envio { $path } ({ $error }); ela está aberta em uma planilha? A nova está completa em { $kept }
plan-met = examinando o acervo: { $count } até agora
plan-glob = --{ $option }: { $pattern } não é um padrão válido: confira se [ ] e { "{ }" } estão aos pares, e se há algo depois de \
plan-day = --{ $option }: { $value } não é um dia: escreva 2019-05-31
plan-no-period = --from: { $from } vem depois de { $to }, de --to, e não sobraria nenhum documento
clients-unreadable = --clients: não foi possível ler { $path }: { $error }
clients-not-a-taxpayer = --clients: { $path }, linha { $line }: { $value } não é nem CNPJ nem CPF
clients-nobody = --clients: { $path } não traz ninguém
known-unreadable = não foi possível ler { $path }: { $error }
known-no-key = { $path } não traz nenhuma chave de acesso
known-no-list = { $path } é uma relação ou um histórico de envio, e não uma lista de chaves de acesso: o fetch-known grava uma
plan-seen = vistos { $seen } = a enviar { $send } + fora do envio { $skip } + não examinados { $passed }
plan-to-send = a enviar: { $documents ->
    [1] 1 documento
   *[other] { $documents } documentos
 }, { $size }
plan-size = { $number } { $unit }
plan-bytes = { $count } bytes
plan-no-date = sem data
plan-all-years = total
plan-by-issuer = por emitente:
plan-other-issuers = { $count ->
    [1] 1 outro
   *[other] { $count } outros
 }
plan-no-issuer = sem CNPJ ou CPF válido
plan-skipped = fora do envio: { $count }
plan-noted = avisos sobre o que vai:
plan-signatures = assinaturas do que vai:
plan-signature-valid = valid (como foi assinado)
plan-signature-valid-if-unindented = valid-if-unindented (como foi assinado, a não ser por brancos postos depois entre os elementos)
plan-signature-altered = altered (não está como foi assinado)
plan-signature-absent = absent (sem assinatura)
plan-to-be-recovered = a recuperar antes de desativar o sistema antigo:
plan-moment = { $day }/{ $month }/{ $year } { $time }
plan-without-protocol = { $count ->
    [1] nota
   *[other] notas
 } sem a resposta da SEFAZ em nenhuma cópia
plan-notes-elsewhere = { $count ->
    [1] nota
   *[other] notas
 } de que só um resumo ou um evento dá notícia
plan-more-keys = e mais { $count }
plan-gaps = números que faltam entre os documentos dos próprios clientes, sem contar os inutilizados:
plan-series = { $issuer } modelo { $model } série { $series }:
plan-more-series = { $count ->
    [1] e mais 1 série
   *[other] e mais { $count } séries
 }
plan-passed-over = não examinados, pela extensão: { $count }
plan-excluded = (excluídos por --exclude)
plan-no-extension = (sem extensão)
plan-idle-glob = --{ $option }: nada no acervo combina com { $pattern } (um padrão com / vale a partir da pasta indicada: com **/ na frente, vale em qualquer uma)
plan-nothing = não há nada a enviar: veja os motivos acima, e se a pasta indicada é a certa
plan-troubles = { $count ->
    [1] 1 arquivo ou pasta não pôde ser aberto ou lido; tem linha na relação
   *[other] { $count } arquivos ou pastas não puderam ser abertos ou lidos; têm linha na relação
 }
plan-duration = o envio levará { $time } a { $rate } documentos por segundo; começando agora, com o horário sem envio usual (mon-fri 00:00-18:00), termina por volta de { $end }
plan-less-than-a-minute = menos de um minuto
plan-manifest =
    relação de envio { $path }
    SHA-256          { $sha256 }
plan-review = confira { $manifests }, troque send por skip onde quiser, e depois:
plan-manifest-and = { $first } e { $next }

## O que dizem os códigos da coluna notes

note-empty = o arquivo não tem bytes, ou só brancos
note-nul-filled = o arquivo só tem NULs, como depois de uma queda de energia
note-too-large = o arquivo tem mais de 32 MiB
note-html = uma página da web, em geral de erro, salva como .xml
note-doctype = tem uma declaração de tipo (DOCTYPE), que nenhum documento fiscal tem
note-ill-formed = não é XML bem formado
note-too-deep = tem mais de 256 elementos um dentro do outro
note-not-dfe = XML bem formado, mas não é documento fiscal
note-looked-into = um pacote: os documentos dele têm linha própria
note-technical = um pedido a um serviço, ou a resposta dele
note-summary = um resumo (resNFe, resEvento): o documento está em outro lugar
note-nfse = uma NFS-e: só é enviada com --clients, que diz o lado do cliente; os outros códigos dizem o que mais falta
note-no-route = a API do Zen não tem rota para ele
note-no-parties = uma NFS-e em que não se acham os CNPJ ou CPF do prestador e do tomador
note-no-protocol = sem a resposta da SEFAZ
note-protocol-replaced = outra resposta (204, 135, 136, 155) está no lugar do protocolo: decida caso a caso
note-not-authorised = a SEFAZ não autorizou
note-homologation = emitido em ambiente de homologação (teste)
note-bad-check-digit = o dígito verificador da chave de acesso está errado
note-no-access-key = não tem chave de acesso, ou ela não tem 44 posições
note-several-documents = um arquivo com vários documentos: separe-os e faça o levantamento de novo
note-no-sale = um cancelamento que não indica a venda por uma chave de acesso válida
note-protocol-other-key = o protocolo é de outra chave de acesso
note-protocols-differ = as respostas da SEFAZ que estão nele dizem coisas diferentes: decida caso a caso
note-other-event = um evento de tipo que só vai com --events all
note-denied = a SEFAZ denegou a operação: é um fato fiscal, e vai
note-cancelled = cancelado dentro do próprio arquivo
note-digest-differs = o digVal do protocolo não é o DigestValue da assinatura
note-key-differs-from-fields = UF, modelo, série, número ou dígito diferem da chave de acesso
note-issuer-differs-from-key = o emitente não é o da chave de acesso
note-id-differs = falta no Id o prefixo, a chave ou, num evento, o tipo e o número; na coluna id eles estão
note-date-outside-key-month = emitido em mês diferente do que está na chave de acesso
note-trimmed = NULs, 0x1A ou brancos em volta do documento não são enviados
note-further-protocols = há nele mais de uma resposta da SEFAZ: as da chave dele dizem o mesmo
note-duplicate-of = os mesmos bytes estão no caminho que segue, que vai ou fica no lugar deste
note-superseded-by = há cópia melhor do mesmo documento no caminho que segue
note-outside-period = emitido fora de --from e --to
note-unsupported-archive = um arquivo compactado em que o malote não olha: descompacte-o e faça o levantamento de novo
note-no-client = nenhum dos clientes de --clients participa dele
note-already-in-zen = o Zen já tem, segundo --known
note-encrypted-archive = pede senha: descompacte-o e faça o levantamento de novo
note-broken-archive = um arquivo compactado que está danificado, ou algo nele, ou que termina antes da hora
note-archive-bomb = um arquivo compactado que se expande muito mais do que documentos: não foi examinado
note-nested-too-deep = um arquivo compactado dentro de outros três: descompacte-o e faça o levantamento de novo
note-link-not-followed = um atalho para uma pasta: para incluí-la, indique-a como mais um caminho
note-special-file = não é nem arquivo nem pasta
note-unreadable = um arquivo ou pasta que não pôde ser aberto ou lido
note-status-conflict = cópias do documento discordam sobre a situação dele
note-number-reused = outro documento do emitente tem a mesma UF, o mesmo modelo, série e número
note-cancelled-by-event = o cancelamento está em outro lugar do acervo e vai também
note-cancelled-without-route = cancelado pelo leiaute anterior aos eventos, para o qual o Zen não tem rota: cancele-o lá à mão

## O que a pessoa preenche nos comandos mostrados

place-office = NOME
place-archive = PASTA
place-path = PASTA
place-manifest = malote.csv

## O malote sozinho

first-nothing-planned = O malote leva um acervo de XMLs fiscais para o Zen. Nesta pasta ainda não foi feito nenhum levantamento.
first-plan = Faça o levantamento: ele lista o que vai ser enviado (e nada é enviado):
first-rehearse = Antes, faça um ensaio do trabalho todo, sem rede e sem conta:
first-manifest-of = { $count ->
    [1] A relação de envio { $manifest } está aqui: 1 documento a enviar, e dela nada foi enviado ainda.
   *[other] A relação de envio { $manifest } está aqui: { $count } documentos a enviar, e dela nada foi enviado ainda.
 }
first-manifest = A relação de envio { $manifest } está aqui, e dela nada foi enviado ainda.
first-review = 1. Abra-a em uma planilha: send vai, skip fica fora do envio. Depois leia tudo, sem enviar nada:
first-doctor = 2. Confira chave, escritório, relógio e disco:
first-pilot = 3. Envie um documento de cada tipo, e confira-os no Zen:
first-run = 4. Envie o resto, à noite; o programa respeita sozinho o horário sem envio:
first-journal = A relação de envio { $manifest } está aqui, e também o histórico de envio { $journal }.
first-all-sent = Tudo foi enviado. A página que comprova:
first-diff = O que falta, e por quê:
first-go-on = Envie o que falta (o que o Zen já tem não vai de novo):
first-retry = Só falta o que depende de uma pessoa. Corrigida a causa, envie de novo os recusados:
first-wrong = A relação de envio mais nova daqui não pode ser usada:
first-wrong-journal = O histórico da relação de envio mais nova daqui não pode ser usado:
first-indented = {"   "}{ $line }
first-mend = Corrija isso, ou faça o levantamento de novo em outro arquivo:
first-mend-journal = Resolva isso antes de enviar qualquer coisa: sem esse histórico, tudo seria enviado outra vez.
first-more = Todos os comandos: { $command }
first-more-of-office = NOME é a primeira parte do endereço em que o escritório entra no Zen. Todos os comandos: { $command }

## O ensaio

rehearse-plan = malote plan: o levantamento do que há no acervo
rehearse-run = malote run --sandbox: o envio a um simulador do Zen neste computador
rehearse-diff = malote diff: as pendências
rehearse-end = Isto foi um ensaio: nada saiu deste computador, e a pasta usada já foi apagada.
rehearse-no-folder = não foi possível criar uma pasta temporária: { $error }

## fetch-known

fetch-no-day = falta --{ $option }
fetch-interrupted = interrompido: nada foi gravado
fetch-progress = clientes { $done } de { $clients }, documentos { $count }
fetch-again = { $route }: { $reason }; nova tentativa em { $seconds } s
fetch-untrusted = não foi possível confiar no servidor: { $reason }
fetch-found =
    { $count ->
        [1] 1 documento que o Zen já tem está em { $path }
       *[other] { $count } documentos que o Zen já tem estão em { $path }
    }
    deixe-os fora da próxima relação de envio:
fetch-compare = para ver o que foi aceito e não está entre eles:
plan-no-signatures = --verify-signatures: este malote foi compilado sem esse recurso; compile um que o tenha: cargo build --release --features signatures
value-plain-word = só pode ter letras sem acento, algarismos e . _ - [ ]
value-not-a-line = deve ser uma linha só, sem caracteres de controle
fetch-stopped = { $route }: { $reason }
fetch-later = { $route }: { $reason }; tente de novo mais tarde
fetch-key = { $said }: o Zen não aceita esta chave; confira-a em Minha Conta > Chave Acesso
fetch-office = { $said }: confira o nome do escritório
fetch-page = { $said }, mas veio uma página: confira o nome do escritório, e se há um proxy no caminho
fetch-elsewhere = { $said }: leva a outro lugar; confira o nome do escritório, e se há um proxy ou uma página de login no caminho
fetch-not-taken = { $said }: isso não é aceito lá; confira --office ou --base-url
fetch-no-list = { $said }, mas sem lista de documentos
fetch-same-page = veio de novo a mesma página, embora se pedisse a seguinte

## O simulador

sandbox-at = simulador do Zen em { $url }
sandbox-key = chave dele (ponha-a em MALOTE_TOKEN): { $key }
sandbox-ctrl-c = Ctrl-C o encerra
sandbox-account = pedidos { $requests }, dos quais falhas provocadas { $faults } e respostas perdidas { $lost }; documentos { $documents } = aceitos { $accepted } + já estavam lá { $duplicates } + recusados { $refused }; chegaram mais de uma vez { $repeated }, da mesma chave em um só pedido { $same }
sandbox-outage = --outage: { $value } não é DE-ATÉ, como 10s-50s
sandbox-port-taken = --port: a porta { $port } já está em uso por outro programa
sandbox-no-port = --port: não foi possível abrir a porta { $port }: { $error }

## doctor: há lugar para 8 letras na situação e 9 no assunto

doctor-fine = ok
doctor-warning = aviso
doctor-problem = problema
doctor-key = chave
doctor-office = endereço
doctor-clock = relógio
doctor-zone = fuso
doctor-power = energia
doctor-paths = caminhos
doctor-disk = disco
doctor-manifest = relação
doctor-journal = histórico
doctor-document = documento
doctor-end = problemas { $problems }, avisos { $warnings }
doctor-mend = problemas { $problems }, avisos { $warnings }: resolva os problemas antes da primeira noite
doctor-no-manifest = não existe a relação de envio { $path }
doctor-disk-no-manifest = não examinado: ainda não há relação de envio aqui
doctor-plan-or-name = faça o levantamento (plan), ou indique a relação com --manifest ARQUIVO
doctor-mend-or-plan = corrija isso, ou faça o levantamento de novo
doctor-journal-writable = pode ser gravado em { $folder }
doctor-journal-unwritable = não pode ser gravado em { $folder }: { $error }
doctor-another-folder = escolha outra pasta com --journal ARQUIVO no envio (run), ou com MALOTE_JOURNAL
doctor-room-unknown = não foi possível saber quanto espaço há: { $error }
doctor-look-yourself = confira você mesmo
doctor-room = o histórico de envio de { $rows } documentos pode ocupar { $needed } MB, e há { $free } MB livres
doctor-make-room = libere espaço, ou escolha outro disco com --journal ARQUIVO
doctor-on-network = fica em uma unidade de rede, que pode perder o que já deu por gravado
doctor-keep-here = guarde em uma pasta deste computador
doctor-key-of-sandbox = o simulador do Zen tem a sua
doctor-mend-key = corrija esse arquivo ou variável
doctor-no-key = não há nenhuma
doctor-put-key = ponha a chave da API do Zen (no Zen, Minha Conta > Chave Acesso) na variável MALOTE_TOKEN ou em um arquivo indicado por --token-file
doctor-key-file = o arquivo da chave
doctor-key-fine = { $place } tem uma de 32 algarismos hexadecimais
doctor-key-length = { $place } tem uma de { $length } caracteres; o Zen mostra 32, de 0-9 e a-f
doctor-copy-key = copie-a de novo do Zen, Minha Conta > Chave Acesso
doctor-who-reads = quem pode ler o arquivo dela: { $command }
doctor-no-office = não examinado: nenhum foi indicado
doctor-name-office = diga qual com --office NOME (ou --base-url URL, ou --sandbox para experimentar)
doctor-no-answer = { $host } não responde: { $reason }
doctor-no-answer-advice = tente de novo; se continuar assim, pergunte a quem cuida da rede se há um firewall ou um proxy no caminho
doctor-untrusted = o certificado de { $host } não é confiável: { $reason }
doctor-untrusted-advice = confira a data do computador; se um proxy ou antivírus inspeciona as conexões criptografadas, que ele não toque nesse endereço
doctor-not-reached = não foi possível chegar a { $host }: { $reason }
doctor-not-reached-advice = confira a conexão com a Internet, e se há um firewall ou um proxy no caminho (HTTPS_PROXY indica um)
doctor-no-such-name = o nome { $host } não leva a lugar nenhum
doctor-no-such-name-advice = confira a grafia (é a primeira parte do endereço em que o escritório entra no Zen) e a conexão com a Internet
doctor-sandbox-answers = o simulador do Zen responde
doctor-leads-on = { $host } leva a { $other } (HTTP { $http })
doctor-leads-on-advice = veja os dois em um navegador: é o Zen, ou a página de um proxy ou da rede?
doctor-proxy = um proxy pede senha (HTTP 407)
doctor-proxy-advice = ponha nome e senha em HTTPS_PROXY, como http://NOME:SENHA@PROXY:PORTA, ou peça um caminho sem ele
doctor-unknown-office = { $host } não conhece esse escritório (HTTP 404): { $said }
doctor-unknown-office-advice = confira --office: é a primeira parte do endereço em que o escritório entra no Zen
doctor-faulty = { $host } responde agora com falha (HTTP { $http }): { $said }
doctor-faulty-advice = tente de novo mais tarde: o envio espera sozinho que uma falha dessas passe
doctor-answers = { $host } responde por TLS, com certificado confiável, em { $millis } ms (HTTP { $http }, { $said })
doctor-answers-here = { $host } responde sem TLS, como só este computador pode, em { $millis } ms (HTTP { $http }, { $said })
doctor-clock-slow = o deste computador está { $seconds } s atrasado
doctor-clock-fast = o deste computador está { $seconds } s adiantado
doctor-clock-agrees = o deste computador confere com o do servidor
doctor-set-clock = acerte-o: timedatectl set-ntp true
doctor-set-clock-windows = acerte-o: w32tm /resync (como administrador)
doctor-no-zone = não há fuso horário { $zone }
doctor-name-zone = indique um como America/Sao_Paulo em --timezone ou MALOTE_TIMEZONE
doctor-zone-fine = o horário sem envio e este computador estão ambos em { $offset }
doctor-other-zone = o horário sem envio vale em { $zone } ({ $there }), e este computador está em { $here }
doctor-set-zone = acerte o fuso de um dos dois (--timezone, MALOTE_TIMEZONE): 18:00 deve ser a hora do escritório
doctor-awake = este computador não dorme sozinho
doctor-asleep-on-battery = dorme depois de { $minutes } min, só quando na bateria
doctor-kept-awake = dorme depois de { $minutes } min, o que o envio impede; deixe a tampa aberta e o computador na tomada
doctor-asleep = dorme depois de { $minutes } min
doctor-long-paths = de mais de 260 caracteres podem ser usados
doctor-long-paths-here = de mais de 260 caracteres são lidos pelo malote; outros programas (Explorer) podem não os abrir
doctor-unreadable = não foi possível ler { $path }: { $error }
doctor-name-another = indique outro
doctor-skipped = { $kind }, que o levantamento deixaria fora do envio como { $code }: { $meaning }
doctor-nfse = nfse, da qual falta dizer de que lado está o cliente
doctor-nfse-advice = diga com --side received (o cliente tomou o serviço), issued (prestou) ou both (um cliente o prestou a outro)
doctor-noted = { $document }; { $note }
doctor-to-send = não foi enviado; para enviar e ver o que o Zen responde: { $command }
doctor-not-sent-no-key = não foi enviado: não há chave
doctor-not-sent-no-office = não foi enviado: nenhum escritório foi indicado
doctor-not-sent-problems = não foi enviado: há problemas acima
doctor-not-sent-none = não foi enviado: não há nenhum
doctor-mend-first = resolva isso antes
doctor-status = {" "}(HTTP { $http })
doctor-was-there = enviado{ $http }; o Zen já o tinha: { $said }
doctor-taken = enviado e aceito pelo Zen{ $http }: { $said }. Confira-o lá
doctor-taken-without-words = enviado e aceito pelo Zen{ $http }. Confira-o lá
doctor-taken-for = enviado e aceito pelo Zen para o cliente { $client }{ $http }: { $said }. Confira-o lá
doctor-refused = enviado e recusado pelo Zen{ $http }: { $said }
doctor-refused-advice = chave e escritório estão certos; o que o Zen não aceita é o documento: em geral o cliente não está cadastrado lá
doctor-refused-whole-advice = o pedido foi recusado por inteiro: confira --office ou --base-url; com HTTP 413, o documento é grande demais para o servidor
doctor-not-taken = enviado, mas não recebido{ $http }: { $said }
doctor-advice-credentials = a chave foi recusada: ela é deste escritório, está como o Zen mostra, e o fornecedor não a bloqueou?
doctor-advice-address = esse endereço não recebe documentos: confira --office ou --base-url
doctor-advice-page = veio uma página ou um redirecionamento em vez de resposta: confira --office, e se há um proxy no caminho
doctor-advice-certificate = o certificado não é confiável: confira a data do computador
doctor-advice-no-entry = não veio nada legível sobre o documento: procure no Zen se ele chegou, e avise quem cuida do malote
doctor-advice-patience = o Zen pede paciência: tente de novo mais tarde
doctor-advice-fault = o Zen não está funcionando agora: tente de novo mais tarde
