using System.Text.RegularExpressions;

namespace MtlStudio.Core.Runs;

/// <summary>The runs of one spec under several seeds: equal in all else, so that what differs between them is chance.</summary>
public static partial class SeedRuns
{
    /// <summary>Most runs of one press.</summary>
    public const int Most = 20;

    /// <summary>
    /// The spec under its own seed and those that follow it, each named by its seed and all with one tag (<see cref="GroupTag"/>).
    /// One seed: the spec as it is.
    /// </summary>
    /// <exception cref="InvalidInputException">The count is out of range, or the spec is a baseline (its seeds are its joint run's).</exception>
    public static IReadOnlyList<RunSpec> Of(RunSpec spec, int count)
    {
        if (count is < 1 or > Most) throw new InvalidInputException("seeds", $"Seeds must be 1 to {Most} (you gave {count})");
        if (count == 1) return [spec];
        if (spec.Baseline is not null) throw new InvalidInputException("seeds", "The spec is a baseline, whose seed is its joint run's: launch the joint run under several seeds instead");
        var tag = GroupTag(spec);
        return [.. Enumerable.Range(0, count).Select(i => spec with
        {
            Name = $"{BareName(spec.Name)} · seed {spec.Seed + i}",
            Seed = spec.Seed + i,
            Tags = [.. spec.Tags.Where(other => other != tag), tag],
        })];
    }

    /// <summary>The tag that runs of one spec share whatever their seed: "seeds:four-tasks-3f2a9c". More seeds launched later get the same.</summary>
    public static string GroupTag(RunSpec spec)
    {
        var words = string.Concat(BareName(spec.Name).ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', words) is { Length: > 0 } slug ? slug[..Math.Min(slug.Length, 40)] : "run";
        return $"seeds:{name}-{GroupHash(spec)[IO.DataFolder.HashPrefix.Length..][..6]}";
    }

    /// <summary>Equal for specs that differ in nothing but their seed (and what <see cref="SpecIdentity"/> does not count).</summary>
    public static string GroupHash(RunSpec spec) => SpecIdentity.Hash(spec with { Seed = 0 });

    /// <summary>The name without the seed that an earlier launch wrote behind it.</summary>
    private static string BareName(string name) => SeedSuffix().Replace(name, "");

    [GeneratedRegex(@" · seed \d+$")]
    private static partial Regex SeedSuffix();
}
