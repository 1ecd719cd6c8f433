using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>Turns verdicts into the rows of a forest plot.</summary>
public static class ForestRows
{
    /// <param name="color">Of a line's place; so that a file can leave it to its reader's theme.</param>
    /// <param name="href">Where a value's press leads; null: nowhere.</param>
    public static IReadOnlyList<ForestGroup> OfTasks(VerdictBook book, Func<int?, string> color, Func<CompareTask, string> swatch, Func<LineValue, string?> href) => [.. book.Rows.Select(row =>
        new ForestGroup(row.Task.Name, swatch(row.Task), $"{row.Task.Metric} {row.Task.Arrow} {Format.ScoreUnit(row.Task.Unit)}".TrimEnd(), row.Smallest, [.. row.Values.Select(value => new ForestMark(
            value.Line.Label, color(value.Line.Place), value.Line.Place, value.Gain, value.Interval?.Low, value.Interval?.High, value.IsSure,
            value.Value.Delta is null ? Why(value) : $"{Format.Score(value.Value.Value, row.Task.Unit)}  {VerdictWords.Delta(value.Value, row.Task)} {VerdictWords.Glyph(value.Value)} {VerdictWords.Word(value.Value)}",
            VerdictWords.Tone(value.Value), value.Value.Delta is null ? null : href(value), $"{row.Task.Name}, {value.Line.Label}: {VerdictWords.Delta(value.Value, row.Task)} {VerdictWords.Word(value.Value)}: {VerdictWords.Evidence(value.Value, row.Task)}")
            {
                Short = value.Value.Delta is null ? null : $"{Format.ScoreDelta(value.Value.Delta, row.Task.Unit)} {VerdictWords.Glyph(value.Value)} {VerdictWords.Brief(value.Value)}",
            })]))];

    public static ForestGroup OfDeltaM(VerdictBook book, Func<int?, string> color) => new("Δm", null, "% ↑", 0, [.. book.DeltaM.Select(one => new ForestMark(
        one.Line.Label, color(one.Line.Place), one.Line.Place, one.DeltaM.Value, one.DeltaM.Low, one.DeltaM.High, one.DeltaM is { Low: > 0 } or { High: < 0 },
        one.DeltaM.Value is null ? one.DeltaM.Reason ?? Format.Missing : $"{Format.ScoreDelta(one.DeltaM.Value, "points")} %{(one.DeltaM.Low is { } low && one.DeltaM.High is { } high ? $" [{Format.ScoreDelta(low, "points")}, {Format.ScoreDelta(high, "points")}]" : "")}",
        one.DeltaM.Low > 0 ? "better" : one.DeltaM.High < 0 ? "worse" : "unclear", null, $"Δm of {one.Line.Label}: the mean relative change of its target tasks' scores, positive when better"))]);

    public static ForestInk Ink(ChartPalette palette) => new(palette.Text, palette.Faint, palette.Grid, palette.Surface, palette.Diverging[0], palette.Diverging[^1]);

    private static string Why(LineValue value) => value.Value.Value is { } own ? $"{Format.Score(own, value.Task.Unit)}  {value.Value.Reason}" : value.Value.Reason ?? Format.Missing;
}
