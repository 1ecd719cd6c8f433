using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>
/// The cosines and sines of rotary embedding, computed in double precision and kept in the model's type, for as many
/// positions as were asked for so far. Rows are laid out for <see cref="Rotary"/>: cos twice, and −sin then sin.
/// </summary>
public sealed class RotaryTable(RopeConfig config, int headDim, int maxPositions, ScalarType type, Device device) : IDisposable
{
    private Tensor? cos, sin;
    private int capacity;
    private int basis; // the length dynamic scaling's base was made for

    /// <summary>How many of a head's dimensions turn.</summary>
    public int Dimensions { get; } = (int)(headDim * config.PartialRotaryFactor);

    /// <summary>
    /// The length, if any, that the angles for an input of <paramref name="length"/> positions depend on: 0 where they
    /// don't. A KV cache made under another value must be made anew.
    /// </summary>
    public int BasisOf(int length) => config.Type == "dynamic" && length > maxPositions ? length : 0;

    /// <summary>Cosines and sines for positions 0 to <paramref name="length"/> − 1, each (length, <see cref="Dimensions"/>); views that live until the next call or disposal.</summary>
    public (Tensor Cos, Tensor Sin) Rows(int length)
    {
        if (cos is null || length > capacity || BasisOf(length) != basis) Fill(length);
        return (cos!.narrow(0, 0, length), sin!.narrow(0, 0, length));
    }

    private void Fill(int length)
    {
        basis = BasisOf(length);
        capacity = basis > 0 ? length : Math.Max(length, Math.Min(maxPositions, Math.Max(64, 2 * capacity)));
        var inverse = InverseFrequencies(config, Dimensions, maxPositions, length);
        var factor = AttentionScaling(config);
        var half = inverse.Length;
        var cosines = new double[capacity * 2 * half];
        var sines = new double[capacity * 2 * half];
        for (var position = 0; position < capacity; position++)
            for (var i = 0; i < half; i++)
            {
                var (s, c) = Math.SinCos(position * inverse[i]);
                var at = position * 2 * half + i;
                cosines[at] = cosines[at + half] = c * factor;
                (sines[at], sines[at + half]) = (-s * factor, s * factor);
            }
        Dispose();
        using var scope = NewDisposeScope();
        cos = tensor(cosines).view(capacity, 2 * half).to(type, device).DetachFromDisposeScope();
        sin = tensor(sines).view(capacity, 2 * half).to(type, device).DetachFromDisposeScope();
    }

    /// <summary>The factor on cosines and sines (yarn's; 1 elsewhere).</summary>
    public static double AttentionScaling(RopeConfig config)
    {
        if (config.Type != "yarn") return 1;
        if (config.AttentionFactor is { } given) return given;
        return config is { Mscale: { } mscale, MscaleAllDim: { } all }
            ? Scale(config.Factor, mscale) / Scale(config.Factor, all)
            : Scale(config.Factor, 1);

        static double Scale(double factor, double mscale) => factor <= 1 ? 1 : 0.1 * mscale * Math.Log(factor) + 1;
    }

    /// <summary>One angle a position step for each of the <paramref name="dimensions"/>/2 pairs, radians.</summary>
    public static double[] InverseFrequencies(RopeConfig config, int dimensions, int maxPositions, int length)
    {
        var theta = config.Theta;
        if (config.Type == "dynamic" && length > maxPositions)
            theta *= Math.Pow(config.Factor * length / maxPositions - (config.Factor - 1), dimensions / (dimensions - 2.0));
        var inverse = new double[dimensions / 2];
        for (var i = 0; i < inverse.Length; i++) inverse[i] = Math.Pow(theta, -2.0 * i / dimensions);
        switch (config.Type)
        {
            case "linear":
                for (var i = 0; i < inverse.Length; i++) inverse[i] /= config.Factor;
                break;
            case "llama3":
                for (var i = 0; i < inverse.Length; i++) inverse[i] = Llama3(config, inverse[i]);
                break;
            case "yarn":
                Yarn(config, dimensions, inverse);
                break;
        }
        return inverse;
    }

    // Long waves are stretched by the factor, short ones kept, those between mixed.
    private static double Llama3(RopeConfig config, double inverse)
    {
        var turns = config.OriginalMaxPositionEmbeddings * inverse / (2 * Math.PI);
        if (turns < config.LowFreqFactor) return inverse / config.Factor;
        if (turns > config.HighFreqFactor) return inverse;
        var smooth = (turns - config.LowFreqFactor) / (config.HighFreqFactor - config.LowFreqFactor);
        return (1 - smooth) * inverse / config.Factor + smooth * inverse;
    }

    private static void Yarn(RopeConfig config, int dimensions, double[] inverse)
    {
        double Dimension(double turns) =>
            dimensions * Math.Log(config.OriginalMaxPositionEmbeddings / (turns * 2 * Math.PI)) / (2 * Math.Log(config.Theta));
        var (low, high) = (Dimension(config.BetaFast), Dimension(config.BetaSlow));
        if (config.Truncate) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, dimensions - 1));
        if (low == high) high += 0.001;
        for (var i = 0; i < inverse.Length; i++)
        {
            var stretched = Math.Clamp((i - low) / (high - low), 0, 1);
            inverse[i] = stretched * inverse[i] / config.Factor + (1 - stretched) * inverse[i];
        }
    }

    public void Dispose()
    {
        cos?.Dispose();
        sin?.Dispose();
        (cos, sin) = (null, null);
    }
}
