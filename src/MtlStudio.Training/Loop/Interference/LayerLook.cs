using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>The Gram matrices of a step's task gradients by layer group: reads the rows and changes nothing.</summary>
/// <param name="every">Steps between two looks, over 0.</param>
public sealed class LayerLook(IReadOnlyList<LayerGroup> groups, int every)
{
    private readonly (IReadOnlyList<(long Start, long Length)> Atoms, IReadOnlyList<int[]> Parts) atoms = Atoms(groups);

    /// <summary>One (used, used) matrix a group, by its name; null in steps without a look.</summary>
    public IReadOnlyList<(string Group, double[,] Gram)>? Take(int step, GradientRows rows, int used)
    {
        if (step % every != 0 || groups.Count == 0 || used < 1) return null;
        var grams = rows.Grams(used, atoms.Atoms);
        return [.. groups.Select((group, g) => (group.Name, Sum(grams, atoms.Parts[g], used)))];
    }

    private static double[,] Sum(IReadOnlyList<double[,]> grams, int[] parts, int used)
    {
        var sum = new double[used, used];
        foreach (var part in parts)
            for (var i = 0; i < used; i++)
                for (var j = 0; j < used; j++) sum[i, j] += grams[part][i, j];
        return sum;
    }

    /// <summary>Groups lie over each other: the stretches between all their bounds are multiplied once, and each group sums its own.</summary>
    private static (IReadOnlyList<(long, long)>, IReadOnlyList<int[]>) Atoms(IReadOnlyList<LayerGroup> groups)
    {
        long[] bounds = [.. groups.SelectMany(group => group.Ranges).SelectMany(range => new[] { range.Start, range.Start + range.Length }).Distinct().Order()];
        var cells = bounds.Zip(bounds.Skip(1)).Select(pair => (Start: pair.First, Length: pair.Second - pair.First)).Where(cell => groups.Any(group => Holds(group, cell.Start))).ToList();
        return (cells, [.. groups.Select(group => Enumerable.Range(0, cells.Count).Where(i => Holds(group, cells[i].Start)).ToArray())]);

        static bool Holds(LayerGroup group, long at) => group.Ranges.Any(range => at >= range.Start && at < range.Start + range.Length);
    }
}
