using System.Runtime.CompilerServices;

namespace MtlStudio.Core.Metrics;

/// <summary>Examples that have any number of the labels, as rows of 0 and 1: first what is due of each label, then what was given.</summary>
internal static class LabelSetCounts
{
    /// <summary>(2 · labels): the row of one example.</summary>
    public static double[] Row(IReadOnlyList<string> due, IReadOnlyList<string> given, MetricContext context)
    {
        var row = new double[2 * context.Labels.Count];
        foreach (var label in due)
            if (context.PlaceOf(label) is >= 0 and var place) row[place] = 1;
        foreach (var label in given)
            if (context.PlaceOf(label) is >= 0 and var place) row[context.Labels.Count + place] = 1;
        return row;
    }

    /// <summary>Counts label by label.</summary>
    /// <param name="times">(examples): how often each counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LabelCounts Of(ReadOnlySpan<double[]> rows, ReadOnlySpan<int> times, int labels)
    {
        var (right, givens, dues, total) = (new int[labels], new int[labels], new int[labels], 0L);
        for (var i = 0; i < rows.Length; i++)
        {
            total += times[i];
            if (times[i] == 0) continue;
            for (var label = 0; label < labels; label++)
            {
                var (due, given) = (rows[i][label] > 0, rows[i][labels + label] > 0);
                if (due) dues[label] += times[i];
                if (given) givens[label] += times[i];
                if (due && given) right[label] += times[i];
            }
        }
        return new(right, givens, dues, total);
    }

    /// <summary>F1 of one example's set; 1 where nothing is due and nothing given.</summary>
    public static double F1(double[] row)
    {
        var (both, sum) = (0.0, 0.0);
        for (var label = 0; label < row.Length / 2; label++)
        {
            both += row[label] * row[row.Length / 2 + label];
            sum += row[label] + row[row.Length / 2 + label];
        }
        return sum == 0 ? 1 : 2 * both / sum;
    }
}
