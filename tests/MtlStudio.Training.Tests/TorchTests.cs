using static TorchSharp.torch;

namespace MtlStudio.Training.Tests;

public sealed class TorchTests
{
    [Fact]
    public void Libtorch_LoadsAndMultiplies_WhenCopiedByTheBuild()
    {
        using var scope = NewDisposeScope();
        var product = ones(2, 3).mm(ones(3, 2));
        Assert.Equal(3f, product[0, 0].item<float>());
    }
}
