using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <param name="Points">How many there are.</param>
/// <param name="Index">"step", or "count" for system series, which count by a running number.</param>
/// <param name="LastStep">The last point's step (or running number).</param>
public sealed record SeriesView(string Name, string Unit, string Index, long Points, long? LastStep, double? Last)
{
    internal static SeriesView Of(Series series) => new(series.Name, series.Unit, series.Kind == SeriesIndex.Step ? "step" : "count",
        series.Count, series.Count > 0 ? series.LastIndex : null, series.Last);
}

/// <summary>All lists have the same length; x rises.</summary>
/// <param name="Raw">True where each entry is one point, so that mean, min and max are its value.</param>
/// <param name="NonFinite">How many values of each entry were not finite; absent where all were finite.</param>
public sealed record PointsView(string Series, string Unit, bool Raw, double[] X, double[] Mean, double[] Min, double[] Max, long[]? NonFinite)
{
    internal static PointsView Of(SeriesPoints points) => new(points.Series, points.Unit, points.Raw, points.X, points.Mean, points.Min, points.Max, points.NonFinite);
}

/// <param name="Example">The example's row number in its split, from 0; the same examples come at every evaluation of a run.</param>
/// <param name="Cut">True where the token limit ended the output.</param>
public sealed record SampleView(
    long Seq, int Step, string Split, string Task, int Example, string Input, IReadOnlyList<string> References, string Output, bool Cut, double? Loss, IReadOnlyDictionary<string, double> Scores)
{
    internal static SampleView Of(Sample sample) => new(sample.Seq, sample.Step, sample.Split, sample.Task, sample.Example, sample.Input,
        sample.ReadReferences(), sample.Output, sample.Cut, sample.Loss, sample.ReadScores());
}

/// <param name="Task">Empty for the unified score, which stands for the whole mix.</param>
/// <param name="Metric">A metric's name, "loss" or "unified".</param>
public sealed record ScoreView(int Step, string Split, string Task, string Metric, double Value, int Examples);

public sealed record LogView(long Seq, long Time, string Level, string Message);

public sealed record AlarmView(long Seq, long Time, int Step, string Kind, string? Task, string Message);

/// <param name="Path">Relative to the run's folder, as in its artifacts.</param>
/// <param name="Keeps">Why it is kept: "last", "best", "best:qa".</param>
public sealed record CheckpointView(int Step, string Path, long Bytes, IReadOnlyList<string> Keeps, long Time, double PauseSeconds);
