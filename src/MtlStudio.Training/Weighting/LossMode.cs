namespace MtlStudio.Training.Weighting;

/// <summary>
/// What a step's loss is normalized by: all unmasked tokens (or examples) of the whole step together, or each task's own.
/// With S the summed loss and N the count, task k's gradient row is ∇(Sₖ/N) in the first two and ∇(Sₖ/Nₖ) in the others;
/// policies see Sₖ/Nₖ in every mode.
/// </summary>
public enum LossMode { Token, Sample, TaskToken, TaskSample }

/// <summary>The words a spec uses for <see cref="LossMode"/>.</summary>
public static class LossModes
{
    private static readonly Dictionary<string, LossMode> ByName = new()
    {
        ["token"] = LossMode.Token,
        ["sample"] = LossMode.Sample,
        ["task-token"] = LossMode.TaskToken,
        ["task-sample"] = LossMode.TaskSample,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <exception cref="ArgumentException">The word names no mode.</exception>
    public static LossMode Parse(string name) => ByName.TryGetValue(name, out var mode)
        ? mode
        : throw new ArgumentException($"Loss mode must be one of {string.Join(", ", Names)} (you gave '{name}')", nameof(name));
}
