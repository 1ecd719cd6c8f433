using System.Globalization;

namespace MtlStudio.Store.Judging;

/// <summary>What a score stands beside.</summary>
public enum ReferenceKind
{
    /// <summary>The run's own single-task baseline of the task.</summary>
    Baseline,
    /// <summary>The model before its first step.</summary>
    Untuned,
    /// <summary>One run for all.</summary>
    Pinned,
}

/// <summary>A reference as it stands in addresses and in the API: "baseline", "untuned", or a run's number.</summary>
/// <param name="Run">The pinned run; 0 for the others.</param>
public readonly record struct ReferenceChoice(ReferenceKind Kind, long Run = 0)
{
    public static readonly ReferenceChoice Baseline = new(ReferenceKind.Baseline);
    public static readonly ReferenceChoice Untuned = new(ReferenceKind.Untuned);

    public static ReferenceChoice Pinned(long run) => new(ReferenceKind.Pinned, run);

    /// <summary>Null where the text is none of the three.</summary>
    public static ReferenceChoice? Parse(string? text) => text switch
    {
        RunDelta.Baseline => Baseline,
        RunDelta.Untuned => Untuned,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var run) && run > 0 => Pinned(run),
        _ => null,
    };

    public override string ToString() => Kind switch
    {
        ReferenceKind.Baseline => RunDelta.Baseline,
        ReferenceKind.Untuned => RunDelta.Untuned,
        _ => Run.ToString(CultureInfo.InvariantCulture),
    };
}
