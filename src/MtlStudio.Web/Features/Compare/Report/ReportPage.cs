using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Verdicts;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.Compare.Report;

/// <summary>Writes a comparison as one HTML file: no script, no network, light or dark as its reader has it, and it prints.</summary>
public static class ReportPage
{
    private const int LongestText = 2_000, FigureWidth = 1100;

    public static string Html(ReportData data)
    {
        var title = $"Compare {string.Join(", ", data.View.Ids)}";
        var text = new StringBuilder();
        text.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        // Whatever a prompt or an output may hold: nothing in this file runs or loads.
        text.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<title>{E(title)} · MtlStudio</title>\n<style>{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n<header><h1>{E(title)}</h1>\n");
        text.Append(CultureInfo.InvariantCulture, $"<p class=\"sentence\">{E(VerdictSentence.Of(data.View, data.Book))}</p>\n<p class=\"faint\">Made {Time(data.Made)} by MtlStudio {E(StudioVersion.Text)}, beside {E(CompareReference.Words(data.View.Reference))}.</p></header>\n");
        Runs(text, data);
        Verdicts(text, data);
        Curves(text, data);
        Differences(text, data);
        Samples(text, data);
        Specs(text, data);
        return text.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Runs(StringBuilder text, ReportData data)
    {
        text.Append("<section><h2>Runs</h2>" + Wide("Runs") + "<table><thead><tr><th>Run</th><th>Name</th><th>Policy</th><th class=\"n\">Seed</th><th>State</th><th class=\"n\">Steps</th><th class=\"n\">Took</th><th class=\"n\">Unified score ↑ %</th><th>Started</th><th>Trained by</th></tr></thead><tbody>");
        foreach (var run in data.View.Set.Runs)
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{Mark(data.View.LineOf(run.Id).Place)} {run.Id}</td><td>{E(run.Run.Name)}</td><td>{E(run.Run.Policy)}</td><td class=\"n\">{run.Spec.Seed}</td><td>{run.Run.State.ToString().ToLowerInvariant()}</td><td class=\"n\">{Format.Count(run.Run.Step)}</td><td class=\"n\">{Format.Duration(RunProgress.Took(run.Run, data.Made))}</td><td class=\"n\">{Format.Score(run.Run.UnifiedScore, "fraction")}</td><td>{(run.Run.StartedAt is { } started ? Time(started) : Format.Missing)}</td><td>{E(Versions(run))}</td></tr>");
        text.Append("</tbody></table></div></section>\n");
    }

    private static void Verdicts(StringBuilder text, ReportData data)
    {
        var book = data.Book;
        text.Append(CultureInfo.InvariantCulture, $"<section><h2>Beside {E(CompareReference.Words(data.View.Reference))}</h2>");
        if (book.Rows.Count == 0)
        {
            text.Append("<p class=\"faint\">No task stands beside it.</p></section>\n");
            return;
        }
        var ink = new ForestInk("var(--text)", "var(--faint)", "var(--grid)", "var(--surface)", "var(--better)", "var(--worse)");
        var tasks = ForestRows.OfTasks(book, CompareInk.Variables.Run, task => CompareInk.Variables.Task(task.ColorIndex), _ => null);
        IReadOnlyList<ForestGroup> means = [ForestRows.OfDeltaM(book, CompareInk.Variables.Run)];
        var columns = ForestColumns.Of([.. tasks, .. means], FigureWidth);
        text.Append(CultureInfo.InvariantCulture, $"{Wide("Gains by task", " figure")}{ForestFigure.Svg(tasks, ink, columns, "gain in points of 100", "Gains by task")}");
        text.Append(CultureInfo.InvariantCulture, $"{ForestFigure.Svg(means, ink, columns, "Δm: mean relative change over the target tasks, %", "Δm of each run")}</div>");
        text.Append("<p class=\"faint\">Dot: how much better; whisker: where it may lie by chance of examples and seeds (95 %, widened over the tasks by Holm's steps; bootstrap paired by example). Hollow: not sure. Grey band: differences that do not matter.</p>");
        text.Append(Wide("Verdicts") + "<table><thead><tr><th>Task</th><th>Run</th><th>Metric</th><th class=\"n\">Score</th><th class=\"n\">Reference</th><th class=\"n\">Difference [interval]</th><th>Verdict</th><th class=\"n\">p</th><th class=\"n\">Examples</th><th class=\"n\">Seeds</th></tr></thead><tbody>");
        foreach (var row in book.Rows)
            foreach (var value in row.Values)
                text.Append(CultureInfo.InvariantCulture, $"<tr><td>{Swatch(row.Task)} {E(row.Task.Name)}</td><td>{E(value.Line.Label)}</td><td>{E(row.Task.Metric)} {row.Task.Arrow}</td><td class=\"n\">{Format.Score(value.Value.Value, row.Task.Unit)}</td><td class=\"n\">{Format.Score(value.Value.ReferenceValue, row.Task.Unit)}</td><td class=\"n\">{E(VerdictWords.Delta(value.Value, row.Task))}</td><td class=\"{VerdictWords.Tone(value.Value)}\">{VerdictWords.Glyph(value.Value)} {E(VerdictWords.Word(value.Value))}</td><td class=\"n\">{Format.Number(value.Value.P)}</td><td class=\"n\">{Format.Count(value.Value.Examples)} {E(value.Value.Split ?? "")}</td><td class=\"n\">{value.Value.Seeds}</td></tr>");
        text.Append("</tbody></table></div></section>\n");
    }

    private static void Curves(StringBuilder text, ReportData data)
    {
        if (data.Curves.Count == 0) return;
        text.Append("<section><h2>Curves by task</h2><p class=\"key\">");
        foreach (var line in data.View.Lines.Where(line => line.Place is not null)) text.Append(CultureInfo.InvariantCulture, $"<span>{Mark(line.Place)} {E(line.Label)}</span>");
        text.Append("<span class=\"faint\">thick: validation · thin: training, smoothed · dashed: the reference</span></p><div class=\"panels\">");
        foreach (var panel in data.Curves) text.Append(CurveFigure.Svg(panel, data.XTitle));
        text.Append("</div></section>\n");
    }

    private static void Differences(StringBuilder text, ReportData data)
    {
        text.Append("<section><h2>Spec differences</h2>");
        if (data.Differences.Count == 0) text.Append("<p class=\"faint\">The runs have one spec.</p>");
        else
        {
            text.Append(Wide("Spec differences")).Append("<table><thead><tr><th>Field</th>").AppendJoin("", data.View.Ids.Select(id => $"<th>{id}</th>")).Append("</tr></thead><tbody>");
            foreach (var row in data.Differences)
                text.Append(CultureInfo.InvariantCulture, $"<tr><td><code>{E(row.Field)}</code></td>{string.Concat(row.Values.Select(value => $"<td><code>{E(Cut(value ?? Format.Missing, 120))}</code></td>"))}</tr>");
            text.Append("</tbody></table></div>");
        }
        text.Append("</section>\n");
    }

    private static void Samples(StringBuilder text, ReportData data)
    {
        if (data.Samples.Count == 0) return;
        text.Append("<section><h2>Samples</h2>");
        foreach (var sample in data.Samples)
        {
            text.Append(CultureInfo.InvariantCulture, $"<article><h3>{Swatch(sample.Task)} {E(sample.Task.Name)} <span class=\"faint\">{E(sample.Given.Split)} row {sample.Given.Example}</span></h3><div class=\"given\"><div><h4>Input</h4><pre>{E(Cut(sample.Given.Input, LongestText))}</pre></div><div><h4>Expected</h4><pre>{E(Cut(string.Join("\n", sample.Given.ReadReferences()), LongestText))}</pre></div></div><div class=\"outputs\">");
            foreach (var (label, place, output) in sample.Outputs)
                text.Append(CultureInfo.InvariantCulture, $"<div><h4>{Mark(place)} {E(label)}</h4>{(output is null ? "<p class=\"faint\">kept no output of this row</p>" : $"<pre>{E(Cut(output.Output, LongestText))}</pre><p class=\"faint\">{E(Scores(output))}{(output.Cut ? " · cut at the token limit" : "")}</p>")}</div>");
            text.Append("</div></article>");
        }
        text.Append("</section>\n");
    }

    private static void Specs(StringBuilder text, ReportData data)
    {
        text.Append("<section><h2>Specs</h2>");
        foreach (var run in data.View.Set.Runs)
            text.Append(CultureInfo.InvariantCulture, $"<details><summary>{run.Id} · {E(run.Run.Name)}</summary><pre>{E(JsonSerializer.Serialize(run.Spec, WireJson.Indented))}</pre></details>");
        text.Append("</section>\n");
    }

    private static string Scores(Store.Sample sample) => string.Join(" · ", sample.ReadScores().Select(score => $"{score.Key} {Format.Score(score.Value, MetricRegistry.Find(score.Key)?.Unit ?? "")}").Append($"loss {Format.Loss(sample.Loss)}"));

    /// <summary>What a repetition needs to know first: versions and machine.</summary>
    private static string Versions(CompareRun run)
    {
        if (run.Run.EnvironmentJson is not { } json) return Format.Missing;
        var known = JsonSerializer.Deserialize<Dictionary<string, string>>(json, WireJson.Compact) ?? [];
        return string.Join(", ", new[] { "version", "torch", "threads", "cpu", "device" }.Where(known.ContainsKey).Select(name => $"{name} {known[name]}"));
    }

    /// <summary>What scrolls where a window is narrow, by the keyboard too.</summary>
    private static string Wide(string name, string look = "") => $"<div class=\"wide{look}\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\">";

    private static string Mark(int? place) => $"<span style=\"color:{CompareInk.Variables.Run(place)}\">{Theme.RunColors.GlyphOf(place)}</span>";

    private static string Swatch(CompareTask task) => $"<span class=\"swatch\" style=\"background:{CompareInk.Variables.Task(task.ColorIndex)}\"></span>";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest] + "…";

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
