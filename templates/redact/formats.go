package redact

// format is a token that its own beginning gives away. Lengths are what is certain,
// never what is usual: services make their tokens longer without asking.
type format struct {
	kind  string
	near  []string
	shape string
}

func formats() []format {
	return []format{
		{"GitHub token", []string{"ghp_", "gho_", "ghu_", "ghr_"}, `gh[pour]_[A-Za-z0-9]{20,}`},
		{"GitHub token", []string{"ghs_"}, `ghs_[A-Za-z0-9][A-Za-z0-9_.-]{19,}`}, // old: 36 letters; new: the app's id and a JWT
		{"GitHub token", []string{"github_pat_"}, `github_pat_[A-Za-z0-9_]{20,}`},
		{"GitLab token", []string{"glpat-", "glrt-", "gldt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "glrtr-"}, `\bgl(?:pat|rt|dt|cbt|ptt|ft|imt|agent|oas|soat|ffct|rtr)-[A-Za-z0-9_.-]{20,}`},
		{"Slack token", []string{"xoxa", "xoxb", "xoxe", "xoxo", "xoxp", "xoxr", "xoxs", "xapp-"}, `\b(?:xox[abeoprs]|xapp)[.-][A-Za-z0-9.-]{15,}`},
		{"Slack webhook link", []string{"hooks.slack"}, `hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/]{20,})`},
		{"PagerDuty key", []string{"pdus+", "pdeu+"}, `\bpd(?:us|eu)\+[A-Za-z0-9_+-]{16,}`},
		{"PagerDuty key", []string{"pagerduty.com/integration/"}, `pagerduty\.com/integration/([A-Za-z0-9]{20,})`},
		{"PagerDuty key", []string{"token token="}, `(?i)token token=["']?([A-Za-z0-9+_-]{18,})`},
		{"AWS access key", []string{"akia", "asia", "abia", "acca"}, `\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b`},
		{"Google API key", []string{"aiza"}, `\bAIza[A-Za-z0-9_-]{30,}`},
		{"Google token", []string{"gocspx-", "ya29."}, `\b(?:GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,})`},
		{"Stripe key", []string{"sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"}, `\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,})`},
		{"login token (JWT)", []string{"eyj"}, `\beyJ[A-Za-z0-9_-]{8,}\.(?:eyJ)?[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]+){0,2}`},
		{"npm token", []string{"npm_"}, `\bnpm_[A-Za-z0-9]{30,}`},
		{"Azure key", []string{"q~"}, `[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}`},
		{"private key", []string{"ls0tls1crudjti"}, `LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFUR|BFQyBQUklWQVRF|BQUklWQVRF|BPUEVOU1NIIFBSSVZBVE|BFTkNSWVBURUQgUFJJVkFUR|BEU0EgUFJJVkFUR)[A-Za-z0-9+/=]*`},
		{"age key", []string{"age-secret-key-"}, `AGE-SECRET-KEY-1[A-Za-z0-9]{40,}`},
		{"OpenAI key", []string{"sk-"}, `\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{16,}|\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,}`},
		{"Anthropic key", []string{"sk-ant-"}, `\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{32,}`},
		{"Hugging Face token", []string{"hf_"}, `\bhf_[A-Za-z0-9]{30,}`},
		{"SendGrid key", []string{"sg."}, `\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}`},
		{"Twilio key", []string{"sk"}, `\bSK[0-9a-f]{32}\b`},
		{"Telegram token", []string{":aa"}, `\b(?:bot)?(\d{8,10}:AA[A-Za-z0-9_-]{32,34})`},
		{"Discord webhook link", []string{"discord"}, `discord(?:app)?\.com/api/webhooks/\d+/([A-Za-z0-9_-]{40,})`},
		{"Zapier webhook link", []string{"hooks.zapier"}, `hooks\.zapier\.com/hooks/catch/([A-Za-z0-9_/-]{8,})`},
		{"Discord token", []string{"discord"}, `\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`},
		{"Teams webhook link", []string{"office.com/webhook"}, `(?:webhook\.office\.com/webhookb2|outlook\.office\.com/webhook)/([A-Za-z0-9@/-]{60,})`},
		{"Mailgun key", []string{"key-"}, `\bkey-[0-9a-f]{32}\b`},
		{"Mailchimp key", []string{"-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"}, `\b[0-9a-f]{32}-us\d{1,2}\b`},
		{"Vault token", []string{"hvs.", "hvb.", "hvr."}, `\bhv[sbr]\.[A-Za-z0-9_-]{20,}`},
		{"Terraform token", []string{".atlasv1."}, `\b[A-Za-z0-9]{10,}\.atlasv1\.[A-Za-z0-9_=-]{40,}`},
		{"Docker token", []string{"dckr_"}, `\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}`},
		{"PyPI token", []string{"pypi-"}, `\bpypi-AgE[A-Za-z0-9_-]{50,}`},
		{"RubyGems key", []string{"rubygems_"}, `\brubygems_[0-9a-f]{40,}`},
		{"Databricks token", []string{"dapi"}, `\bdapi[0-9a-f]{32}(?:-\d)?\b`},
		{"Grafana token", []string{"glsa_", "glc_", "eyjrijoi"}, `\b(?:gl(?:sa|c)_[A-Za-z0-9_+/=]{30,}|eyJrIjoi[A-Za-z0-9+/=_-]{40,})`},
		{"New Relic key", []string{"nrak-", "nrii-", "nrjs-", "nral-", "nrra-"}, `\bNR(?:AK|II|JS|AL|RA)-[A-Za-z0-9_-]{20,}`},
		{"Sentry token", []string{"sntry"}, `\bsntry[su]_[A-Za-z0-9_+/=]{40,}`},
		{"DigitalOcean token", []string{"_v1_"}, `\bdo[opr]_v1_[0-9a-f]{40,}`},
		{"Doppler token", []string{"dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."}, `\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]+\.)?[A-Za-z0-9]{40,}`},
		{"Fly.io token", []string{"fm1", "fm2_", "fo1_"}, `\b(?:fm[12][ar]?_|fo1_)[A-Za-z0-9+/=_-]{40,}`},
		{"Pulumi token", []string{"pul-"}, `\bpul-[0-9a-f]{40}\b`},
		{"PlanetScale token", []string{"pscale_"}, `\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._-]{32,}`},
		{"Supabase key", []string{"sbp_", "sb_secret_"}, `\b(?:sbp_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_-]{20,})`},
		{"Atlassian token", []string{"atatt3", "atctt3", "atbb"}, `\b(?:AT[AC]TT3[A-Za-z0-9_=-]{60,}|ATBB[A-Za-z0-9]{32})`},
		{"Linear key", []string{"lin_api_", "lin_oauth_"}, `\blin_(?:api|oauth)_[A-Za-z0-9]{30,}`},
		{"Notion token", []string{"ntn_"}, `\bntn_[A-Za-z0-9]{40,}`},
		{"Figma token", []string{"figd_"}, `\bfig[dorh]_[A-Za-z0-9_-]{36,}`},
		{"Postman key", []string{"pmak-"}, `\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}`},
		{"Shopify token", []string{"shpat_", "shpca_", "shppa_", "shpss_"}, `\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b`},
		{"password hash", []string{"$2", "$1", "$5", "$6", "$y", "$apr1", "$argon2"}, `\$(?:2[abxy]?\$\d\d\$[A-Za-z0-9./]{53}|(?:apr1|[156y])\$[A-Za-z0-9./=,$]{20,}|argon2(?:id?|d)\$[A-Za-z0-9+/=,$.-]{40,})`},
	}
}
