using MtlStudio.Store;

namespace MtlStudio.Web.Charts;

/// <summary>An x axis as it is drawn: counts as they are, time as seconds, minutes or hours since the run's start.</summary>
public sealed record AxisScale(XAxis Axis, string Title, double Origin, double Size)
{
    /// <summary>What a choice of axes calls it.</summary>
    public static string NameOf(XAxis axis) => axis == XAxis.TaskExamples ? "this task's examples" : XAxes.Name(axis);

    public static AxisScale Of(XAxis axis, Store.Run run, DateTimeOffset now)
    {
        if (axis != XAxis.Time) return new(axis, axis switch
        {
            XAxis.Examples => "examples, all tasks",
            XAxis.TaskExamples => "examples of the task",
            XAxis.Tokens => "trained tokens, all tasks",
            _ => "step",
        }, 0, 1);
        var start = run.StartedAt ?? run.CreatedAt;
        var (unit, size) = ((run.EndedAt ?? now) - start) switch
        {
            { TotalMinutes: < 3 } => ("s", 1000.0),
            { TotalHours: < 3 } => ("min", 60_000.0),
            _ => ("h", 3_600_000.0),
        };
        return new(axis, $"{unit} since the start", start.ToUnixTimeMilliseconds(), size);
    }

    public double ToChart(double x) => (x - Origin) / Size;

    public double ToStore(double x) => x * Size + Origin;

    public ChartRange? ToStore(ChartRange? range) => range is null ? null : new(ToStore(range.From), ToStore(range.To));

    public ChartRange? ToChart(ChartRange? range) => range is null ? null : new(ToChart(range.From), ToChart(range.To));

    public double[] ToChart(double[] x) => Size == 1 && Origin == 0 ? x : Array.ConvertAll(x, ToChart);
}
