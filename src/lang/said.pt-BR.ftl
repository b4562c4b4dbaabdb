### O que o próprio programa grava no histórico de envio, sempre em inglês, dito a quem o lê.

said-there-already = já estava lá: { $a }
said-after-unknown = depois de ficar sem resposta: { $a }
said-unreadable = não foi possível ler: { $a }
said-no-file = esse arquivo não existe
said-not-allowed = falta permissão
said-a-folder = agora é uma pasta
said-not-a-file = agora não é um arquivo
said-too-large = agora é maior do que um documento pode ser
said-archive-broken = o arquivo compactado está danificado
said-archive-encrypted = o arquivo compactado pede senha
said-archive-unknown = o arquivo está compactado de um modo desconhecido
said-archive-too-large = é maior do que { $a } MiB
said-archive-lacks = não há esse documento no arquivo compactado
said-changed = o SHA-256 do arquivo agora é { $a }
said-changed-masked = o SHA-256 do arquivo agora é outro ({ $a })
said-no-text = não pode ser enviado como texto: { $a }
said-not-sent = não foi enviado: { $a }
said-no-entry = a resposta não fala deste documento: { $a }
said-no-answer = a resposta não é legível: { $a }
said-page = página "{ $a }"
said-task-failed = o pedido falhou dentro do programa
said-proxy = página de login ou proxy: { $a }
said-of-file = { $a }: não foi possível ler: { $b }
said-no-words = HTTP { $a }, sem explicação
said-too-long = HTTP { $a }, com uma resposta de mais de { $b } bytes
said-then = HTTP { $a }, e depois { $b }
said-status = HTTP { $a }: { $b }
said-holder = outro envio (processo { $a } no computador { $b }, desde { $c })
said-no-holder = outro envio, de um processo desconhecido

## O que o cliente HTTP diz

wire-timed-out = o tempo de espera acabou
wire-no-name = o nome do servidor não foi encontrado
wire-refused = a conexão foi recusada
wire-untrusted = o certificado do servidor não é confiável
wire-cut = a conexão foi interrompida antes do fim da resposta
wire-not-reached = não foi possível chegar ao servidor
wire-failed = a conexão falhou
