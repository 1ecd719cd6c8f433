using System.Numerics;
using System.Runtime.InteropServices;

namespace MtlStudio.Training.Weighting.Solvers;

/// <summary>What policies do to whole rows of numbers, several numbers at a time: rows have millions. Lengths must agree.</summary>
internal static class RowMath
{
    /// <summary>to ← to + factor · row.</summary>
    public static void AddScaled(Span<double> to, double factor, ReadOnlySpan<double> row)
    {
        var sums = Wide(to);
        var wide = Wide(row);
        for (var i = 0; i < sums.Length; i++) sums[i] += factor * wide[i];
        for (var p = sums.Length * Vector<double>.Count; p < to.Length; p++) to[p] += factor * row[p];
    }

    /// <summary>to ← to + |row|.</summary>
    public static void AddMagnitudes(Span<double> to, ReadOnlySpan<double> row)
    {
        var sums = Wide(to);
        var wide = Wide(row);
        for (var i = 0; i < sums.Length; i++) sums[i] += Vector.Abs(wide[i]);
        for (var p = sums.Length * Vector<double>.Count; p < to.Length; p++) to[p] += Math.Abs(row[p]);
    }

    /// <summary>mean ← mean + rate · (factor · row − mean).</summary>
    public static void Approach(Span<double> mean, double rate, double factor, ReadOnlySpan<double> row)
    {
        var means = Wide(mean);
        var wide = Wide(row);
        for (var i = 0; i < means.Length; i++) means[i] += rate * (factor * wide[i] - means[i]);
        for (var p = means.Length * Vector<double>.Count; p < mean.Length; p++) mean[p] += rate * (factor * row[p] - mean[p]);
    }

    /// <returns>Σ a·b.</returns>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var first = Wide(a);
        var second = Wide(b);
        var (even, odd) = (Vector<double>.Zero, Vector<double>.Zero);
        var pairs = first.Length / 2 * 2;
        for (var i = 0; i < pairs; i += 2)
        {
            even += first[i] * second[i];
            odd += first[i + 1] * second[i + 1];
        }
        var sum = Vector.Sum(even + odd);
        for (var p = pairs * Vector<double>.Count; p < a.Length; p++) sum += a[p] * b[p];
        return sum;
    }

    /// <returns>Σ |row|.</returns>
    public static double Magnitude(ReadOnlySpan<double> row)
    {
        var wide = Wide(row);
        var sums = Vector<double>.Zero;
        foreach (var part in wide) sums += Vector.Abs(part);
        var sum = Vector.Sum(sums);
        for (var p = wide.Length * Vector<double>.Count; p < row.Length; p++) sum += Math.Abs(row[p]);
        return sum;
    }

    /// <summary>As many whole vectors as the row holds.</summary>
    public static Span<Vector<double>> Wide(Span<double> row) => MemoryMarshal.Cast<double, Vector<double>>(row);

    /// <inheritdoc cref="Wide(Span{double})"/>
    public static ReadOnlySpan<Vector<double>> Wide(ReadOnlySpan<double> row) => MemoryMarshal.Cast<double, Vector<double>>(row);
}
