namespace MtlStudio.Web.Features.Compare.Report;

/// <summary>The report's look: the studio's own, in one style sheet that the file carries.</summary>
internal static class ReportStyle
{
    private const string LightTones = "--page:#fff;--surface:#F7F8FA;--line:#DDE1E7;--text:#1B1F24;--grid:#E3E7EC;--better:#1F5FA8;--worse:#A8500A;--unclear:#566070;";
    private const string DarkTones = "--page:#16181C;--surface:#1E2126;--line:#343A43;--text:#E7EAEE;--grid:#2B3038;--better:#7DB8F5;--worse:#F2A766;--unclear:#A3ACB9;";

    private const string Rules = """
        body{margin:0;background:var(--page);color:var(--text);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
        main{max-width:1160px;margin:0 auto;padding:24px 16px 48px}
        h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:0 0 8px}h3{font-size:14px;margin:16px 0 6px}h4{font-size:13px;margin:0 0 4px;color:var(--faint);font-weight:600}
        p{margin:0 0 8px}.sentence{font-size:16px}.faint{color:var(--faint)}
        section{background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:16px;margin-top:16px}
        .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin-top:8px}th,td{text-align:left;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap}
        th{color:var(--faint);font-size:12px}.n{text-align:right}.better{color:var(--better)}.worse{color:var(--worse)}.unclear{color:var(--unclear)}
        code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px}pre{margin:0 0 4px;white-space:pre-wrap;overflow-wrap:anywhere}
        .swatch{display:inline-block;width:10px;height:10px;border-radius:2px}.key{display:flex;flex-wrap:wrap;gap:4px 16px}
        .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:16px}
        .curves{width:100%;height:auto;font-size:11px;fill:var(--text)}.curves .faint{fill:var(--faint)}.curves .strong{font-size:13px;font-weight:600;fill:var(--text)}.curves .grid{stroke:var(--grid)}
        .forest{min-width:860px}
        .given{display:grid;grid-template-columns:2fr 1fr;gap:8px;margin-bottom:8px}.outputs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:8px}
        .given>div,.outputs>div{background:var(--page);border:1px solid var(--line);border-radius:6px;padding:8px 12px}
        summary{cursor:pointer;padding:4px 0}
        @media (max-width:640px){.given{grid-template-columns:1fr}}
        @media print{main{max-width:none;padding:0}section{border:0;padding:0;background:none}article,.curves,.figure,tr{break-inside:avoid}h2,h3{break-after:avoid}.wide{overflow:visible}td,th{white-space:normal}}
        """;

    /// <summary>Light on paper, whatever the screen has.</summary>
    public static string Css { get; } =
        $":root{{color-scheme:light dark;{LightTones}{CompareInk.Styles(dark: false)}}}@media screen and (prefers-color-scheme:dark){{:root{{{DarkTones}{CompareInk.Styles(dark: true)}}}}}{Rules}";
}
