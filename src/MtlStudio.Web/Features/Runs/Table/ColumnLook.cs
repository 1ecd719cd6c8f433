using System.Globalization;
using MtlStudio.Core.Metrics;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Runs;

/// <summary>How a column is headed and its values written.</summary>
/// <param name="Unit">Of scores: "fraction", "points", a loss's or nothing.</param>
/// <param name="HigherIsBetter">Which way is good; null where none is.</param>
public sealed record ColumnLook(RunColumn Column, RunValueKind Kind, string Unit, bool? HigherIsBetter)
{
    public static ColumnLook Of(RunColumn column, RunColumnNames names)
    {
        var kind = RunFields.KindOf(column);
        if (column is { Kind: RunColumnKind.Field, Name: "score" }) return new(column, kind, "fraction", true);
        if (column.Kind is not (RunColumnKind.Metric or RunColumnKind.Test or RunColumnKind.Delta)) return new(column, kind, "", null);
        var metric = column.Kind != RunColumnKind.Delta && column.Metric is { } named ? named : names.Primaries.GetValueOrDefault(column.Name) ?? "";
        if (metric == EvaluationScore.Loss) return new(column, kind, LossUnit.OfMetric(names.Primaries.GetValueOrDefault(column.Name) ?? ""), false);
        var known = MetricRegistry.Find(metric);
        return new(column, kind, known?.Unit ?? "", known?.HigherIsBetter);
    }

    public string Title => RunColumnTitles.Of(Column);

    /// <summary>What stands behind the title: which way is good, and the unit.</summary>
    public string Suffix => $"{(HigherIsBetter switch { true => "↑", false => "↓", _ => "" })} {(LossUnit.Is(Unit) ? Unit : Charts.Format.ScoreUnit(Unit))}".Trim();

    /// <summary>True where values stand at the right.</summary>
    public bool IsNumber => Kind is RunValueKind.Number or RunValueKind.Duration or RunValueKind.Time;

    /// <summary>True where a mean says something.</summary>
    public bool HasMean => Kind is RunValueKind.Number or RunValueKind.Duration or RunValueKind.Any
        && Column is not { Kind: RunColumnKind.Field, Name: "id" or "queue" or "priority" };

    public string Text(RunCell cell, DateTimeOffset now)
    {
        if (cell.Number is not { } number) return Kind == RunValueKind.State ? (cell.Text ?? "").ToLowerInvariant() : cell.Text ?? Format.Missing;
        return Kind switch
        {
            RunValueKind.Time => Ago(DateTimeOffset.FromUnixTimeMilliseconds((long)number), now),
            RunValueKind.Duration => Format.Duration(TimeSpan.FromSeconds(number)),
            RunValueKind.Flag => number != 0 ? "yes" : "no",
            _ when Column.Kind == RunColumnKind.Delta => LossUnit.Is(Unit) ? Format.LossDelta(number) : Format.ScoreDelta(number, Unit),
            _ => Plain(number),
        };
    }

    /// <summary>"72.4 ± 1.2", of a group.</summary>
    public string Text(RunColumnSummary summary, DateTimeOffset now)
    {
        if (HasMean && summary.Mean is { } mean)
        {
            var text = Text(new RunCell(mean, null), now);
            return summary.Deviation is { } deviation && summary.Distinct > 1 ? $"{text} ± {(Kind == RunValueKind.Duration ? Format.Duration(TimeSpan.FromSeconds(deviation)) : Plain(deviation))}" : text;
        }
        if (summary.Only is { } only) return Text(only, now);
        return Column is { Kind: RunColumnKind.Field, Name: "id" or "queue" or "priority" } || Kind == RunValueKind.Time ? "" : $"{summary.Distinct} values";
    }

    private string Plain(double number) => Column switch
    {
        { Kind: RunColumnKind.Field, Name: "id" } => number.ToString("0", CultureInfo.InvariantCulture),
        { Kind: RunColumnKind.Field, Name: "progress" } => Format.Share(number),
        { Kind: RunColumnKind.Field, Name: "parameters" or "trainable" } => Format.Count(number),
        { Kind: RunColumnKind.Spec or RunColumnKind.Field } when number == Math.Floor(number) && Math.Abs(number) < 1e15 && Unit.Length == 0 => number.ToString(Column.Name == "seed" ? "0" : "#,0", CultureInfo.InvariantCulture),
        _ when LossUnit.Is(Unit) => Format.Loss(number),
        _ => Format.Score(number, Unit),
    };

    private static string Ago(DateTimeOffset at, DateTimeOffset now) => now - at < TimeSpan.FromSeconds(5) ? "now" : $"{Format.Duration(Rounded(now - at))} ago";

    /// <summary>An age needs one unit: "3 h", "12 d".</summary>
    private static TimeSpan Rounded(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)),
        { TotalHours: < 1 } => TimeSpan.FromMinutes(Math.Floor(age.TotalMinutes)),
        { TotalHours: < 48 } => TimeSpan.FromHours(Math.Floor(age.TotalHours)),
        _ => TimeSpan.FromDays(Math.Floor(age.TotalDays)),
    };
}
