using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Checkpoints;

public sealed class CopiedTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    [Fact]
    public void Write_GivesTheValuesOfTheMomentTheyWereCollected_WhenTheyChangeMeanwhile()
    {
        using var copies = new CopiedTensors();
        var values = tensor(new float[] { 1, 2, 3 });
        for (var round = 0; round < 2; round++)
        {
            var before = values.data<float>().ToArray();
            var path = folder.File($"{round}.safetensors");
            using (copies.Collect(folder.Path)) SafetensorsWriter.Write(path, [new("a", values), new("b", values.view(3, 1).to(ScalarType.BFloat16))]);
            Assert.False(File.Exists(path));
            values.add_(values, Scalars.One);
            copies.Write();
            using var file = SafetensorsFile.Open(path);
            Assert.Equal(before, file.Tensor("a").data<float>().ToArray());
            Assert.Equal(("BF16", 3L), (file.Entry("b").Type, file.Entry("b").Shape[0]));
        }
    }

    [Fact]
    public void Collect_WritesAtOnce_WhatDoesNotFit()
    {
        using var copies = new CopiedTensors(limit: 16);
        using (copies.Collect(folder.Path))
        {
            SafetensorsWriter.Write(folder.File("large"), [new("a", zeros(5))]);
            SafetensorsWriter.Write(folder.File("small"), [new("a", zeros(4))]);
            SafetensorsWriter.Write(folder.File("more"), [new("a", zeros(1))]);
        }
        Assert.Equal((true, false, true), (File.Exists(folder.File("large")), File.Exists(folder.File("small")), File.Exists(folder.File("more"))));
        copies.Write();
        Assert.True(File.Exists(folder.File("small")));
    }

    [Fact]
    public void Collect_LeavesOtherThreadsAlone()
    {
        using var copies = new CopiedTensors();
        using (copies.Collect(folder.Path))
        {
            var other = new Thread(() => SafetensorsWriter.Write(folder.File("other"), [new("a", zeros(2))]));
            other.Start();
            other.Join();
        }
        Assert.True(File.Exists(folder.File("other")));
    }

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }
}
