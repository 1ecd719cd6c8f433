using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests;

public sealed class ScalarsTests
{
    [Fact]
    public void Of_OutlivesACollection_WhenNothingElseHoldsIt()
    {
        var made = Make(0.25);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(made.IsAlive);
        using var doubled = tensor(4.0).mul((Scalar)made.Target!);
        Assert.Equal(1, doubled.item<double>());
    }

    [Fact]
    public void Of_GivesWholeNumbersAndFractionsAsTheyAre()
    {
        using var whole = tensor(7L).mul(Scalars.Of(3));
        Assert.Equal((ScalarType.Int64, 21L), (whole.dtype, whole.item<long>()));
        using var part = tensor(7L).mul(Scalars.Of(0.5));
        Assert.Equal(ScalarType.Float32, part.dtype);
    }

    [Fact]
    public void Of_HoldsABoundedNumber_HoweverManyAreMade()
    {
        var first = Make(0.5);
        for (var i = 0; i < 1000; i++) Scalars.Of(i + 0.5);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(first.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Make(double value) => new(Scalars.Of(value));
}
