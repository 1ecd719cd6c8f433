using System.Buffers;
using System.Runtime.InteropServices;

namespace MtlStudio.Web.Charts;

/// <summary>Numbers as the browser's typed arrays take them: little-endian. What is not finite is NaN, which Plotly leaves out.</summary>
internal sealed class NumberBytes
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>8 bytes each: places on an axis may be large and close together.</summary>
    public void AddDoubles(IReadOnlyList<double> values)
    {
        var to = MemoryMarshal.Cast<byte, double>(bytes.GetSpan(values.Count * sizeof(double)));
        for (var i = 0; i < values.Count; i++) to[i] = double.IsFinite(values[i]) ? values[i] : double.NaN;
        bytes.Advance(values.Count * sizeof(double));
    }

    /// <summary>4 bytes each: seven digits are more than a chart shows.</summary>
    public void AddSingles(IReadOnlyList<double> values)
    {
        var to = MemoryMarshal.Cast<byte, float>(bytes.GetSpan(values.Count * sizeof(float)));
        for (var i = 0; i < values.Count; i++) to[i] = (float)values[i] is var value && float.IsFinite(value) ? value : float.NaN;
        bytes.Advance(values.Count * sizeof(float));
    }

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();
}
