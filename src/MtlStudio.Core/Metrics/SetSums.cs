using System.Numerics;
using System.Runtime.CompilerServices;

namespace MtlStudio.Core.Metrics;

/// <summary>Sums over a set of examples, each counted as often as it is in the set.</summary>
internal static class SetSums
{
    /// <summary>(figures): Σ times · statistics, in the examples' order; empty where no example is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double[] Of(ReadOnlySpan<double[]> statistics, ReadOnlySpan<int> times)
    {
        double[] sums = [];
        for (var i = 0; i < statistics.Length; i++)
        {
            if (times[i] == 0) continue;
            var row = statistics[i];
            if (sums.Length == 0) sums = new double[row.Length];
            var (count, j) = ((double)times[i], 0);
            for (; j <= row.Length - Vector<double>.Count; j += Vector<double>.Count)
                (new Vector<double>(sums, j) + count * new Vector<double>(row, j)).CopyTo(sums, j);
            for (; j < row.Length; j++) sums[j] += count * row[j];
        }
        return sums;
    }
}
