using System.Globalization;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Where colors come from: a page draws with its theme's values, a file with variables that follow its reader's theme.</summary>
/// <param name="Run">Of a place among the colored lines; null: grey.</param>
/// <param name="Task">Of a task's color index.</param>
/// <param name="Faint">Of references.</param>
public sealed record CompareInk(Func<int?, string> Run, Func<int, string> Task, string Faint)
{
    private static readonly CompareInk Light = Of(dark: false, ChartPalette.Light), Dark = Of(dark: true, ChartPalette.Dark);

    /// <summary>Names of variables that <see cref="Styles"/> sets.</summary>
    public static CompareInk Variables { get; } = new(place => place is { } chosen ? $"var(--run-{chosen % RunColors.Count})" : "var(--run-grey)", index => $"var(--task-{index % TaskColors.Count})", "var(--faint)");

    public static CompareInk Of(bool dark) => dark ? Dark : Light;

    /// <summary>The variables' values in a theme, as CSS.</summary>
    public static string Styles(bool dark)
    {
        var ink = Of(dark);
        var runs = Enumerable.Range(0, RunColors.Count).Select(place => string.Create(CultureInfo.InvariantCulture, $"--run-{place}:{ink.Run(place)};"));
        var tasks = Enumerable.Range(0, TaskColors.Count).Select(index => string.Create(CultureInfo.InvariantCulture, $"--task-{index}:{ink.Task(index)};"));
        return string.Concat(runs) + $"--run-grey:{ink.Run(null)};" + string.Concat(tasks) + $"--faint:{ink.Faint};";
    }

    private static CompareInk Of(bool dark, ChartPalette palette) => new(place => RunColors.Of(place, dark), index => TaskColors.Of(index, dark), palette.Faint);
}
