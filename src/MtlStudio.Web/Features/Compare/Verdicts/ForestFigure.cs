using System.Globalization;
using System.Net;
using System.Text;

namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>One dot with its whisker.</summary>
/// <param name="Place">The run's place among the colored, for its marker; null: grey.</param>
/// <param name="Gain">Right of zero is better; null: nothing to draw, the text says why.</param>
/// <param name="IsSure">Hollow where not.</param>
/// <param name="Tone">"better", "worse" or "unclear": of the text.</param>
/// <param name="Href">Where a press leads; null: nowhere.</param>
public sealed record ForestMark(string Label, string Color, int? Place, double? Gain, double? Low, double? High, bool IsSure, string Text, string Tone, string? Href, string Title)
{
    /// <summary>The text where there is little room; null: the same.</summary>
    public string? Short { get; init; }
}

/// <summary>The dots of one task.</summary>
/// <param name="Swatch">The task's color; null: none.</param>
/// <param name="Band">Gains from −band to band do not matter.</param>
public sealed record ForestGroup(string Title, string? Swatch, string Unit, double Band, IReadOnlyList<ForestMark> Marks);

/// <summary>The colors of the figure's own parts: as values on a page, as variables in a file that follows its reader's theme.</summary>
public sealed record ForestInk(string Text, string Faint, string Grid, string Surface, string Better, string Worse)
{
    /// <summary>Behind gains that do not matter.</summary>
    public string Band => Grid;
}

/// <summary>
/// A forest plot as one SVG: a row a task and run, what it is, its dot with the whisker of its interval, and the same in numbers.
/// One figure on the page, in the picture that is saved and in the report. (Plotly draws no numbers in line with its rows.)
/// </summary>
public static class ForestFigure
{
    private const int RowHeight = 24, GroupGap = 12, TitleHeight = 40, FewestLetters = 8, SidesRoom = 136, TickRoom = 20;

    /// <param name="axis">Under the axis, between "worse" and "better".</param>
    /// <param name="summary">What it shows, in words, for those who do not see it.</param>
    public static string Svg(IReadOnlyList<ForestGroup> groups, ForestInk ink, ForestColumns columns, string axis, string summary)
    {
        var (isNarrow, width, left, right) = (columns.IsNarrow, columns.Width, columns.PlotLeft, columns.PlotRight);
        var (low, high) = Bounds(groups);
        double X(double gain) => left + (Math.Clamp(gain, low, high) - low) / (high - low) * (right - left);
        var rowHeight = isNarrow ? 2 * RowHeight - 8 : RowHeight;
        // The axis' name stands under "worse" and "better" where it would run into them.
        var axisLine = ForestColumns.SmallLetter * axis.Length > right - left - SidesRoom ? 52 : 36;
        var (top, axisHeight) = (8.0, axisLine + 8);
        // A task's name and its metric are two lines, though there be one run.
        int Rows(ForestGroup group) => isNarrow ? RowHeight + group.Marks.Count * rowHeight : Math.Max(group.Marks.Count * rowHeight, TitleHeight);
        var height = top + groups.Sum(group => GroupGap + Rows(group)) + axisHeight;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"forest\" width=\"{width}\" height=\"{N(height)}\" viewBox=\"0 0 {width} {N(height)}\" role=\"group\" aria-label=\"{E(summary)}\" font-family=\"system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif\" font-size=\"13\">");
        var foot = height - axisHeight;
        foreach (var tick in AxisTicks.Of(low, high, isNarrow ? 4 : 8))
        {
            // A number at the figure's edge stands beside its line: half of it would be cut off.
            var anchor = X(tick) < TickRoom ? "start" : X(tick) > width - TickRoom ? "end" : "middle";
            text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(X(tick))}\" x2=\"{N(X(tick))}\" y1=\"{N(top)}\" y2=\"{N(foot)}\" stroke=\"{(tick == 0 ? ink.Faint : ink.Grid)}\" stroke-width=\"1\"/>");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(X(tick))}\" y=\"{N(foot + 16)}\" text-anchor=\"{anchor}\" font-size=\"12\" fill=\"{ink.Faint}\">{Signed(tick)}</text>");
        }
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(left)}\" y=\"{N(foot + 36)}\" font-size=\"12\" fill=\"{ink.Worse}\">← worse</text><text x=\"{N((left + right) / 2)}\" y=\"{N(foot + axisLine)}\" text-anchor=\"middle\" font-size=\"12\" fill=\"{ink.Faint}\">{E(axis)}</text><text x=\"{N(right)}\" y=\"{N(foot + 36)}\" text-anchor=\"end\" font-size=\"12\" fill=\"{ink.Better}\">better →</text>");
        var y = top;
        foreach (var group in groups)
        {
            y += GroupGap / 2.0;
            if (group.Band > 0)
                text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(X(-group.Band))}\" width=\"{N(X(group.Band) - X(-group.Band))}\" y=\"{N(y)}\" height=\"{Rows(group)}\" fill=\"{ink.Band}\"><title>Differences that do not matter: up to {Signed(group.Band)}</title></rect>");
            Title(text, group, ink, isNarrow ? 4 : 0, y + 16, isNarrow ? width : columns.TitleEnd);
            for (var i = 0; i < group.Marks.Count; i++) Row(text, group.Marks[i], ink, X, columns, y + (isNarrow ? RowHeight : 0) + i * rowHeight);
            y += Rows(group) + GroupGap / 2.0;
        }
        return text.Append("</svg>").ToString();
    }

    private static void Title(StringBuilder text, ForestGroup group, ForestInk ink, double x, double y, double room)
    {
        if (group.Swatch is { } swatch) text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(x)}\" y=\"{N(y - 9)}\" width=\"10\" height=\"10\" rx=\"2\" fill=\"{swatch}\"/>");
        // Behind the name where there is room, else under it where rows leave some.
        var behind = room > 250 ? $"<tspan dx=\"8\" font-weight=\"400\" font-size=\"12\" fill=\"{ink.Faint}\">{E(group.Unit)}</tspan>" : "";
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(group.Swatch is null ? x : x + 16)}\" y=\"{N(y)}\" font-weight=\"600\" fill=\"{ink.Text}\"><title>{E(group.Title)} {E(group.Unit)}</title>{E(Cut(group.Title, (room - 16) / ForestColumns.BoldLetter))}{behind}</text>");
        if (behind.Length == 0) text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(group.Swatch is null ? x : x + 16)}\" y=\"{N(y + 18)}\" font-size=\"12\" fill=\"{ink.Faint}\">{E(group.Unit)}</text>");
    }

    private static void Row(StringBuilder text, ForestMark mark, ForestInk ink, Func<double, double> x, ForestColumns columns, double y)
    {
        var isNarrow = columns.IsNarrow;
        var middle = y + (isNarrow ? RowHeight + 4 : RowHeight / 2.0);
        var said = columns.IsShort ? mark.Short ?? mark.Text : mark.Text;
        var tone = mark.Tone switch { "better" => ink.Better, "worse" => ink.Worse, _ => ink.Faint };
        if (mark.Href is { } href) text.Append(CultureInfo.InvariantCulture, $"<a href=\"{E(href)}\" aria-label=\"{E(mark.Title)}\">");
        var pressX = isNarrow ? 0 : columns.TitleEnd;
        text.Append(CultureInfo.InvariantCulture, $"<g class=\"forest-row\"><title>{E(mark.Title)}</title><rect class=\"forest-press\" x=\"{N(pressX)}\" y=\"{N(y)}\" width=\"{N(columns.Width - pressX)}\" height=\"{(isNarrow ? 2 * RowHeight - 8 : RowHeight)}\" fill=\"transparent\"/>");
        var labelX = isNarrow ? 20 : columns.TitleEnd + ForestColumns.MarkerRoom;
        Marker(text, mark with { IsSure = true }, ink, labelX - 9, y + RowHeight / 2.0, 4);
        // On a phone the verdict comes first: the label gets what it leaves.
        said = Cut(said, isNarrow ? (columns.Width - labelX) / ForestColumns.LetterWidth - FewestLetters : (columns.Width - columns.PlotRight - ForestColumns.Gap) / ForestColumns.LetterWidth + 0.5);
        var labelRoom = isNarrow ? Math.Max(FewestLetters, (columns.Width - labelX - 12) / ForestColumns.LetterWidth - said.Length) : (columns.PlotLeft - labelX - 8) / ForestColumns.LetterWidth;
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(labelX)}\" y=\"{N(y + 16)}\" fill=\"{ink.Text}\">{E(Cut(mark.Label, labelRoom))}</text>");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(isNarrow ? columns.Width - 4 : columns.PlotRight + ForestColumns.Gap)}\" y=\"{N(y + 16)}\"{(isNarrow ? " text-anchor=\"end\"" : "")} fill=\"{tone}\">{E(said)}</text>");
        if (mark is { Low: { } low, High: { } high })
            text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(x(low))}\" x2=\"{N(x(high))}\" y1=\"{N(middle)}\" y2=\"{N(middle)}\" stroke=\"{mark.Color}\" stroke-width=\"2\"/>");
        if (mark.Gain is { } gain) Marker(text, mark, ink, x(gain), middle, 5);
        text.Append("</g>");
        if (mark.Href is not null) text.Append("</a>");
    }

    /// <summary>The run's own marker; hollow where nothing is sure.</summary>
    private static void Marker(StringBuilder text, ForestMark mark, ForestInk ink, double x, double y, double r)
    {
        var look = mark.IsSure ? $"fill=\"{mark.Color}\"" : $"fill=\"{ink.Surface}\" stroke=\"{mark.Color}\" stroke-width=\"1.75\"";
        text.Append(mark.Place switch
        {
            1 => $"<rect x=\"{N(x - r)}\" y=\"{N(y - r)}\" width=\"{N(2 * r)}\" height=\"{N(2 * r)}\" {look}/>",
            2 => $"<path d=\"M{N(x)} {N(y - 1.3 * r)}L{N(x + 1.3 * r)} {N(y)}L{N(x)} {N(y + 1.3 * r)}L{N(x - 1.3 * r)} {N(y)}Z\" {look}/>",
            3 => $"<path d=\"M{N(x)} {N(y - 1.2 * r)}L{N(x + 1.2 * r)} {N(y + r)}L{N(x - 1.2 * r)} {N(y + r)}Z\" {look}/>",
            _ => $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(r)}\" {look}/>",
        });
    }

    /// <summary>All dots and zero; whiskers as far as three times the dots reach, so that one wide one does not flatten the rest.</summary>
    private static (double Low, double High) Bounds(IReadOnlyList<ForestGroup> groups)
    {
        var marks = groups.SelectMany(group => group.Marks).Where(mark => mark.Gain is not null).ToList();
        var reach = Math.Max(groups.Select(group => 2 * group.Band).DefaultIfEmpty(1).Max(), marks.Select(mark => Math.Abs(mark.Gain!.Value)).DefaultIfEmpty(1).Max());
        if (reach <= 0) reach = 1;
        var low = Math.Min(-0.25 * reach, marks.Select(mark => Math.Max(Math.Min(mark.Gain!.Value, mark.Low ?? 0), -3 * reach)).DefaultIfEmpty(0).Min());
        var high = Math.Max(0.25 * reach, marks.Select(mark => Math.Min(Math.Max(mark.Gain!.Value, mark.High ?? 0), 3 * reach)).DefaultIfEmpty(0).Max());
        return (low - 0.04 * (high - low), high + 0.04 * (high - low));
    }

    private static string Signed(double value) => value == 0 ? "0" : (value > 0 ? "+" : "−") + Math.Abs(value).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Cut(string text, double letters) => text.Length <= letters ? text : text[..Math.Max(1, (int)letters - 1)] + "…";

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
