namespace MtlStudio.Core.Curricula;

/// <summary>
/// How much of the data, sorted from easy to hard, may be drawn at a point of the way: c(x), x from 0 to 1, running from c₀
/// to 1 and never falling.
/// </summary>
public static class Pacing
{
    /// <summary>c₀ + (1 − c₀)x.</summary>
    public static double Linear(double x, double start) => Math.Min(1, start + (1 - start) * x);

    /// <summary>(x(1 − c₀ᵖ) + c₀ᵖ)^(1/p): competence (Platanios et al. 2019), where p = 2: new examples come ever more slowly, each is seen as often.</summary>
    public static double Root(double x, double start, double power) => Math.Min(1, Math.Pow(x * (1 - Math.Pow(start, power)) + Math.Pow(start, power), 1 / power));

    /// <summary>c₀^(1 − x): hardly more at first, then quickly.</summary>
    public static double Geometric(double x, double start) => Math.Min(1, Math.Pow(start, 1 - x));

    /// <summary>Slow, quick, slow: a logistic curve of steepness k, scaled to run from c₀ to 1.</summary>
    public static double Sigmoid(double x, double start, double steepness)
    {
        double At(double y) => 1 / (1 + Math.Exp(-steepness * (y - 0.5)));
        return start + (1 - start) * (At(x) - At(0)) / (At(1) - At(0));
    }

    /// <summary>Stages of equal length, each with as much more than the one before; all of it from x = 1 on.</summary>
    public static double Step(double x, double start, int stages) =>
        x >= 1 || stages == 1 ? 1 : start + (1 - start) * Math.Min(stages - 1, Math.Floor(stages * x)) / (stages - 1);
}
