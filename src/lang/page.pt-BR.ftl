### O que diz a página de `report`. Os números passam por NUMBER, que os escreve com ponto a cada três algarismos.

page-title = Relatório de envio
page-title-client = Comprovante de envio
page-subtitle = Documentos fiscais eletrônicos enviados ao Zen
page-client = Cliente
page-client-scope = Somente documentos em que este cliente é emitente ou destinatário, ou que a relação de envio lhe atribui.
page-manifest = Relação de envio
page-destination = Destino
page-period = Período do envio
page-period-value = { $from } a { $to }
page-made = Emitido em
page-sandbox = ENSAIO: os documentos foram enviados ao simulador, e não ao Zen. Este relatório não comprova envio algum.

## A conferência dos totais

page-balance = Conferência dos totais
page-accepted-of = { $accepted ->
    [1] aceito
   *[other] aceitos
 } pelo Zen, de { $planned ->
    [1] 1 documento previsto
   *[other] { NUMBER($planned) } documentos previstos
 }
page-planned = previstos
page-complete = { $planned ->
    [1] O documento previsto foi aceito pelo Zen.
   *[other] Todos os documentos previstos foram aceitos pelo Zen.
 }
page-incomplete = { $left ->
    [1] 1 documento ainda não foi aceito pelo Zen.
   *[other] { NUMBER($left) } documentos ainda não foram aceitos pelo Zen.
 }
page-already-there = { $count ->
    [1] Dos aceitos, 1 já estava no Zen antes deste envio.
   *[other] Dos aceitos, { NUMBER($count) } já estavam no Zen antes deste envio.
 }
page-repeated = { $count ->
    [1] 1 linha tem o mesmo conteúdo de outra e não conta de novo.
   *[other] { NUMBER($count) } linhas têm o mesmo conteúdo de outras e não contam de novo.
 }
page-balanced = As parcelas somam o total previsto.
page-unbalanced = ATENÇÃO: as parcelas não somam o total previsto.
page-nothing-planned = A relação de envio não traz nenhum documento a enviar.
page-nothing-planned-client = A relação de envio não traz nenhum documento deste cliente a enviar.
page-equation = A conta
page-part-planned = { $count ->
    [1] previsto
   *[other] previstos
 }
page-part-accepted = { $count ->
    [1] aceito pelo Zen
   *[other] aceitos pelo Zen
 }
page-part-rejected = { $count ->
    [1] recusado pelo Zen
   *[other] recusados pelo Zen
 }
page-part-failed = { $count ->
    [1] falhou, será reenviado
   *[other] falharam, serão reenviados
 }
page-part-unknown = { $count ->
    [1] sem resposta, será reenviado
   *[other] sem resposta, serão reenviados
 }
page-part-changed = { $count ->
    [1] arquivo alterado
   *[other] arquivos alterados
 }
page-part-missing = { $count ->
    [1] não encontrado
   *[other] não encontrados
 }
page-part-pending = a enviar
page-state-accepted = aceito pelo Zen
page-state-rejected = recusado pelo Zen
page-state-failed = falhou, será reenviado
page-state-unknown = sem resposta, será reenviado
page-state-changed = arquivo alterado
page-state-missing = não encontrado
page-state-pending = a enviar

## O andamento

page-progress = Andamento
page-progress-none = O histórico de envio ainda não registra nenhum documento.
page-progress-short = O envio registrado durou menos de dez minutos; os números estão na tabela de totais por noite.
page-progress-title = Documentos aceitos pelo Zen ao longo do tempo
page-progress-desc = Linha crescente: soma dos documentos aceitos, de { $from } a { $to }, até { NUMBER($accepted) } de { NUMBER($planned) } previstos. Faixas claras: horário sem envio. Faixas listradas: Zen indisponível. Os mesmos números estão na tabela de totais por noite.
page-legend-accepted = aceitos (soma)
page-legend-planned = previstos
page-legend-quiet = horário sem envio
page-legend-outage = Zen indisponível
page-pauses = Interrupções do envio
page-pause-reason = motivo
page-pause-times = vezes
page-pause-total = duração total
page-pauses-each = Ver cada interrupção
page-pauses-cut = Mostradas as { NUMBER($shown) } interrupções mais longas, de { NUMBER($count) }.
page-pause-from = de
page-pause-to = até
page-pause-length = duração
page-pause-retry-after = espera pedida pelo Zen
page-pause-archive = arquivos inacessíveis
page-hours = Documentos por hora
page-hours-desc = Barras empilhadas, de { $from } a { $to }: aceitos, recusados e sem resultado por hora. Máximo: { NUMBER($most) } por hora. Os mesmos números estão na tabela abaixo.
page-hours-table = Ver os números por hora
page-hours-mean = Cada barra mostra a média por hora em um período de { NUMBER($hours) } horas.
page-hours-from = a partir de
page-accepted = aceitos
page-rejected = recusados
page-unsettled = sem resultado
page-others = demais
page-total = total

## As noites

page-nights = Totais por noite
page-nights-note = Cada noite vai do meio-dia ao meio-dia seguinte, no horário em que o histórico de envio foi escrito ({ $offset }). Cada documento conta na noite do registro que decide a sua situação.
page-night = noite
page-first-document = primeiro
page-last-document = último
page-per-hour = por hora
page-sum-accepted = aceitos até aqui
page-timeless = sem hora legível
page-nights-cut = { $count ->
    [1] 1 noite anterior
   *[other] { NUMBER($count) } noites anteriores, somadas
 }
page-not-tried = a enviar, sem registro

## Por espécie, ano e emitente

page-kinds = Por espécie, ano e emitente
page-kind = espécie
page-year = ano de emissão
page-no-year = sem data legível
page-years-title = Documentos por ano de emissão
page-years-desc = Barras empilhadas por ano de emissão: aceitos, recusados e demais. Os mesmos números estão na tabela ao lado.
page-issuer = emitente
page-no-issuer = sem emitente
page-issuers-rest = { $count ->
    [1] 1 outro emitente
   *[other] { NUMBER($count) } outros emitentes
 }
page-issuers-rest-many = outros emitentes
page-share-accepted = % aceitos
page-issuers-cut = Mostrados os { NUMBER($shown) } emitentes com mais documentos; os demais estão somados na última linha. Todos, um a um:

## Os recusados

page-rejections = Recusados pelo Zen, por mensagem
page-rejections-none = Nenhum documento foi recusado pelo Zen.
page-rejections-note = Os números dentro das mensagens aparecem como #, para que uma só causa forme um só grupo. Corrija a causa no Zen e depois repita o envio com --retry-rejected.
page-message = mensagem
page-count = quantidade
page-clients = clientes
page-more-clients = e mais { NUMBER($count) }
page-many-clients = e outros
page-first-one = primeiro documento
page-no-message = (sem mensagem)
page-causes-cut = { $messages ->
    [1] Há mais 1 mensagem
   *[other] Há mais { NUMBER($messages) } mensagens
 }, de { $count ->
    [1] 1 documento.
   *[other] { NUMBER($count) } documentos.
 }
page-causes-cut-uncounted = Há mais de { NUMBER($messages) } outras mensagens, de { NUMBER($count) } documentos.
page-all-of-them = A lista completa, com o caminho de cada arquivo:

## O que falta

page-todo = O que falta e o que fazer
page-todo-none = Nada falta: nenhum documento ficou sem resposta, foi alterado ou não foi encontrado.
page-open-failed = { $count ->
    [1] 1 documento falhou, será reenviado
   *[other] { NUMBER($count) } documentos falharam, serão reenviados
 }
page-open-unknown = { $count ->
    [1] 1 documento sem resposta, será reenviado
   *[other] { NUMBER($count) } documentos sem resposta, serão reenviados
 }
page-open-changed = { $count ->
    [1] 1 arquivo alterado
   *[other] { NUMBER($count) } arquivos alterados
 }
page-open-missing = { $count ->
    [1] 1 arquivo não encontrado
   *[other] { NUMBER($count) } arquivos não encontrados
 }
page-open-pending = { $count ->
    [1] 1 documento a enviar
   *[other] { NUMBER($count) } documentos a enviar
 }
page-todo-failed = Nada a decidir: o próximo envio tenta de novo. Se a mesma mensagem voltar noite após noite, mostre-a ao suporte do Zen.
page-todo-unknown = O pedido saiu e a resposta não chegou: o Zen pode já ter o documento. O próximo envio o reenvia; se o Zen já o tiver, conta como aceito.
page-todo-changed = O arquivo não é mais o que foi levantado, e por isso não foi enviado. Veja quem o alterou; se a nova versão é a certa, faça o levantamento de novo (malote plan).
page-todo-missing = O arquivo não pôde ser lido no caminho indicado. Devolva-o ao lugar, ou indique a nova pasta com --root ANTIGA=NOVA; o próximo envio procura de novo.
page-todo-pending = Ainda não chegou a vez. O próximo envio continua daqui.
page-list-cut = Mostrados { NUMBER($shown) } de { NUMBER($count) }. A lista completa:
page-csv-all = documentos.csv
page-csv-rejected = recusados.csv
page-csv-open = pendencias.csv
page-unanswered = (o envio parou antes da resposta)
page-document = documento
page-file = arquivo

## O que fica fora

page-left-out = Fora do envio
page-left-out-note = Linhas da relação de envio que não são enviadas, pelo motivo. Linhas ao todo: { NUMBER($rows) } = a enviar { NUMBER($planned) } + repetidas { NUMBER($repeated) } + fora do envio { NUMBER($left_out) }.
page-reason = motivo
page-code = código
page-by-reviewer = por decisão de quem revisou a relação

## Os documentos de um cliente

page-documents = Relação dos documentos
page-documents-note = Documentos listados: { NUMBER($shown) }, de { NUMBER($count) }.
page-documents-cut = A lista para no documento { NUMBER($shown) }. As linhas de todos os clientes, para filtrar por emitente e destinatário:
page-key = chave ou identificação
page-issued = emissão
page-situation = situação
page-accepted-at = data e hora
page-documents-times = A data e hora são as da resposta do Zen, em { $offset }.

## As provas

page-evidence = Provas
page-evidence-note = Os arquivos abaixo, guardados com este relatório, provam cada número. O SHA-256 de um arquivo muda se um único byte dele mudar; confira com:
page-journal = Histórico de envio
page-journal-none = não existe ainda
page-journal-bytes = SHA-256 dos primeiros { NUMBER($bytes) } bytes, que é o tamanho do arquivo quando foi lido.
page-journal-torn = { $bytes ->
    [1] O último byte não forma um registro inteiro
   *[other] Os últimos { NUMBER($bytes) } bytes não formam registros inteiros
 }: um envio está em curso ou foi interrompido.
page-program = Programa
page-program-value = malote { $version }, SHA-256 do próprio executável
page-runs = Envios e suas configurações
page-runs-cut = { $count ->
    [1] 1 envio anterior não é mostrado.
   *[other] { NUMBER($count) } envios anteriores não são mostrados.
 }
page-run-started = início
page-run-ended = fim
page-run-how = como terminou
page-run-version = versão
page-run-settings = configurações
page-run-other-manifest = outra relação de envio, ou esta antes de mudar: { $name }
page-end-finished = concluído
page-end-interrupted = interrompido pelo operador
page-end-until = chegou a hora de parar (--until)
page-end-max-duration = duração máxima atingida
page-end-max-docs = quantidade máxima atingida
page-end-max-rejected = recusas demais
page-end-outage-limit = Zen indisponível por tempo demais
page-end-pilot = piloto concluído
page-end-failed = falhou
page-end-unknown = sem registro do fim
page-footer = Página autônoma: não usa a internet e pode ser guardada, impressa ou enviada como está.

## As espécies que têm nome em português

page-kind-cfe-cancel = CF-e SAT, cancelamento
page-kind-nfe-event = NF-e, evento
page-kind-cte-event = CT-e, evento
page-kind-cte-os-event = CT-e OS, evento
page-kind-other = outro

## Por que uma linha fica fora do envio

page-skip-duplicate = cópia repetida
page-skip-superseded = há cópia melhor
page-skip-no-protocol = sem protocolo de autorização
page-skip-no-route = o Zen não tem rota para esta espécie
page-skip-not-authorised = não autorizado pela SEFAZ
page-skip-homologation = emitido em ambiente de homologação (teste)
page-skip-summary = resumo; o documento está em outro lugar
page-skip-technical = pedido ou resposta de serviço, não é documento
page-skip-not-dfe = XML que não é documento fiscal
page-skip-nfse = NFS-e da qual não se sabe o lado do cliente
page-skip-other-event = evento de outro tipo
page-skip-period = fora do período pedido
page-skip-damaged = arquivo vazio, danificado ou que não é XML
page-skip-key = chave de acesso ausente ou inválida
page-skip-protocol = protocolo de outro documento ou substituído
page-skip-several = vários documentos em um arquivo
page-skip-looked-into = pacote: os documentos dele têm linha própria
page-skip-no-client = nenhum cliente da lista participa
page-skip-in-zen = o Zen já tem
page-skip-not-looked-into = pasta ou arquivo compactado não examinado
page-skip-unreadable = não pôde ser lido
