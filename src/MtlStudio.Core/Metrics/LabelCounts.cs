using System.Runtime.CompilerServices;

namespace MtlStudio.Core.Metrics;

/// <summary>How often each label was right, wrongly given and missed.</summary>
/// <param name="Right">(labels): reference and output.</param>
/// <param name="Given">(labels): outputs.</param>
/// <param name="Due">(labels): references.</param>
/// <param name="Total">Examples counted, those whose labels are none of the labels included.</param>
internal sealed record LabelCounts(int[] Right, int[] Given, int[] Due, long Total)
{
    /// <param name="places">(examples, 2): the place of the due and of the given label; −1: none of the labels.</param>
    /// <param name="times">(examples): how often each counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LabelCounts Of(ReadOnlySpan<double[]> places, ReadOnlySpan<int> times, int labels)
    {
        var (right, givens, dues, total) = (new int[labels], new int[labels], new int[labels], 0L);
        for (var i = 0; i < places.Length; i++)
        {
            var (due, given) = ((int)places[i][0], (int)places[i][1]);
            total += times[i];
            if (due >= 0) dues[due] += times[i];
            if (given >= 0) givens[given] += times[i];
            if (due >= 0 && due == given) right[due] += times[i];
        }
        return new(right, givens, dues, total);
    }
}
