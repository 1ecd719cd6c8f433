namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>Round places on an axis.</summary>
public static class AxisTicks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten within the bounds, about as many as wanted.</summary>
    public static IReadOnlyList<double> Of(double low, double high, int wanted)
    {
        if (!(high > low)) return [low];
        var rough = (high - low) / Math.Max(1, wanted);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var ticks = new List<double>();
        for (var k = Math.Ceiling(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.Add(k * step);
        return ticks;
    }
}
