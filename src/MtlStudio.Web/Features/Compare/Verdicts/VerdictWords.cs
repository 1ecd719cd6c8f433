using MtlStudio.Core.Analysis;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>Verdicts as words, glyphs and tones; never by color alone.</summary>
public static class VerdictWords
{
    public static string Word(TaskValue value) => value switch
    {
        { Verdict: Verdict.Hurt, Transfer: Transfer.Negative } => "hurt (negative transfer)",
        { Verdict: { } verdict } => VerdictLook.Word(verdict),
        { SoFar: < 0 } => "behind so far",
        { SoFar: > 0 } => "ahead so far",
        { SoFar: not null } => "still trains",
        { Delta: null } => value.Reason ?? "not scored",
        _ => "can't tell yet",
    };

    /// <summary>Where there is little room: the row's tooltip has the rest.</summary>
    public static string Brief(TaskValue value) => value.Verdict is { } verdict ? VerdictLook.Word(verdict) : Word(value);

    public static string Glyph(TaskValue value) => VerdictLook.Glyph(value.Verdict);

    /// <summary>The class, and the variable of its color: "better", "worse", "unclear".</summary>
    public static string Tone(TaskValue value) => VerdictLook.Tone(value.Verdict);

    /// <summary>"+1.9 [+0.6, +3.1]" in the metric's own unit and direction.</summary>
    public static string Delta(TaskValue value, CompareTask task) => value.Delta is null ? Format.Missing
        : value.Low is null || value.High is null ? Format.ScoreDelta(value.Delta, task.Unit)
        : $"{Format.ScoreDelta(value.Delta, task.Unit)} [{Format.ScoreDelta(value.Low, task.Unit)}, {Format.ScoreDelta(value.High, task.Unit)}]";

    /// <summary>What the figures are made of.</summary>
    public static string Evidence(TaskValue value, CompareTask task)
    {
        if (value.Delta is null) return value.Reason ?? "not scored yet";
        var seeds = value.Seeds == 1 ? "one seed" : $"{value.Seeds} seeds";
        var more = value.Growth is { } growth ? $"; about {Format.Number(Math.Round(growth, 1))} × the examples would tell" : "";
        return $"{task.Metric} {Format.Score(value.Value, task.Unit)} beside {Format.Score(value.ReferenceValue, task.Unit)}, on {Format.Count(value.Examples)} {value.Split} examples, {seeds}{more}";
    }
}
