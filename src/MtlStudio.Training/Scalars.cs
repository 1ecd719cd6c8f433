using TorchSharp;

namespace MtlStudio.Training;

/// <summary>
/// Numbers for native operators. TorchSharp converts a number to a <see cref="Scalar"/> that nothing holds once its handle is read, so a garbage
/// collection on another thread may free it while the operator still reads it. The last ones of each thread are held here instead, and freed in order:
/// an operator has returned long before its scalar is freed.
/// </summary>
public static class Scalars
{
    // No expression holds more than a dozen at a time.
    private const int Held = 128;

    [ThreadStatic]
    private static Scalar?[]? ring;

    [ThreadStatic]
    private static int next;

    /// <summary>One, never freed.</summary>
    public static Scalar One { get; } = 1L.ToScalar();

    /// <summary>Two, never freed.</summary>
    public static Scalar Two { get; } = 2L.ToScalar();

    /// <summary>A scalar for an operator that is called at once; it is not to be kept in a field, nor disposed.</summary>
    public static Scalar Of(double value) => Hold(value.ToScalar());

    /// <inheritdoc cref="Of(double)"/>
    public static Scalar Of(long value) => Hold(value.ToScalar());

    private static Scalar Hold(Scalar scalar)
    {
        ring ??= new Scalar?[Held];
        ring[next]?.Dispose();
        ring[next] = scalar;
        next = (next + 1) % Held;
        return scalar;
    }
}
