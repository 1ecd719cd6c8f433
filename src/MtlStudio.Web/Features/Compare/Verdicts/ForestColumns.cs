namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>
/// Where the parts of a forest plot's row lie: task, run, whisker, numbers. Words get the room they need, the whiskers what is left;
/// where that would be too little, numbers are told shorter, then labels are cut. Plots that stand below each other share it.
/// </summary>
/// <param name="Width">Of the whole, in pixels.</param>
/// <param name="TitleEnd">Where the tasks' names end and the runs' labels begin.</param>
/// <param name="PlotLeft">Where the labels end and the whiskers begin.</param>
/// <param name="PlotRight">Where the whiskers end and the numbers begin.</param>
/// <param name="IsShort">Numbers without score and interval.</param>
/// <param name="IsNarrow">As on a phone: words stand over the whiskers.</param>
public sealed record ForestColumns(int Width, double TitleEnd, double PlotLeft, double PlotRight, bool IsShort, bool IsNarrow)
{
    /// <summary>Of the words of 13 pixels, about; names are bold, units smaller.</summary>
    public const double LetterWidth = 7.1;
    /// <summary>Before a run's label.</summary>
    public const double MarkerRoom = 14;
    /// <summary>Between the whiskers and the words.</summary>
    public const double Gap = 16;

    internal const double BoldLetter = 8.2, SmallLetter = 6.6;
    private const double Swatch = 16;
    private const int Narrow = 640, LeastPlot = 240, LeastLabel = 160, MostLabel = 380, MostTitle = 220;
    private const double MostWords = 0.42;

    public static ForestColumns Of(IReadOnlyList<ForestGroup> groups, int width)
    {
        if (width < Narrow) return new(width, 0, 8, width - 8, IsShort: true, IsNarrow: true);
        var marks = groups.SelectMany(group => group.Marks).ToList();
        var title = Math.Min(MostTitle, groups.Max(group => Swatch + Math.Max(BoldLetter * group.Title.Length, SmallLetter * group.Unit.Length))) + Gap;
        var label = Math.Min(MostLabel, MarkerRoom + LetterWidth * Longest(marks.Select(mark => mark.Label)) + Gap);
        var (whole, brief) = (Words(mark => mark.Text), Words(mark => mark.Short ?? mark.Text));
        var isShort = width - title - label - whole < LeastPlot && width - title - LeastLabel - whole < LeastPlot;
        var words = isShort ? brief : whole;
        label = Math.Clamp(width - title - words - LeastPlot, Math.Min(label, LeastLabel), label);
        return new(width, title, title + label, Math.Max(title + label + LeastPlot / 2.0, width - words), isShort, IsNarrow: false);

        // Long reasons for a missing value are cut: the row's tooltip has them.
        double Words(Func<ForestMark, string> said) => Math.Min(MostWords * width, Gap + LetterWidth * Longest(marks.Select(said)) + 4);
    }

    private static int Longest(IEnumerable<string> words) => words.Select(text => text.Length).DefaultIfEmpty(0).Max();
}
