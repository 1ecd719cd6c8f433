using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Loop;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using MtlStudio.Training.Tests.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Loop;

public sealed class PrecisionTests
{
    private sealed class Killed : Exception;

    public static TheoryData<string> Cases => AdapterWalkTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bf16_StaysNearFloat32AndKeepsItsMastersSo_WhateverIsTrained(string name)
    {
        using var wide = Run(name, "fp32");
        using var narrow = Run(name, "bf16");
        wide.Train();
        narrow.Train();
        foreach (var file in Files(narrow))
        {
            using var scope = NewDisposeScope();
            using var ours = SafetensorsFile.Open(Path.Combine(narrow.Folder.Checkpoint(4), file));
            Assert.All(ours.Header.Tensors, tensor => Assert.True(tensor.Type is "F32" or "U8", $"{tensor.Name} is {tensor.Type}"));
        }
        var (near, far) = (Losses(wide), Losses(narrow));
        Assert.Equal(near.Count, far.Count);
        for (var i = 0; i < near.Count; i++) Assert.InRange(far[i] / near[i], 0.93, 1.07);
        Assert.NotEqual(near, far); // it was computed in fewer bits
    }

    [Theory]
    [InlineData("full")]
    [InlineData("dora on int8")]
    [InlineData("p-tuning lstm")]
    public void Bf16_GoesOnBitForBit_WhenTheRunIsKilled(string name)
    {
        using var undisturbed = Run(name, "bf16");
        using var killed = Run(name, "bf16");
        killed.AtStep = step => { if (step == 3) throw new Killed(); };
        undisturbed.Train();
        Assert.Throws<Killed>(killed.Train);
        killed.AtStep = null;
        killed.Train();
        foreach (var file in Files(undisturbed))
            Assert.True(File.ReadAllBytes(Path.Combine(undisturbed.Folder.Checkpoint(4), file)).SequenceEqual(File.ReadAllBytes(Path.Combine(killed.Folder.Checkpoint(4), file))), $"{file} differs after the resume");
    }

    [Theory]
    [InlineData("flags\t\t: fpu avx2 avx512f avx512_bf16", true)]
    [InlineData("Features\t: fp asimd bf16", true)]
    [InlineData("flags\t\t: fpu avx2 avx512f", false)]
    [InlineData("model name\t: bf16", false)]
    public void HasBfloat16_ReadsTheProcessorsFlags(string line, bool expected) => Assert.Equal(expected, Precision.HasBfloat16(["processor\t: 0", line]));

    [Fact]
    public void Masters_KeepTheFilesOwnDigits_WhereTheModelIsComputedInFewer()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using (var model = TinyModels.Llama()) ModelFolder.Write(model, folder.Path);
        using var wide = CausalLm.Load(folder.Path);
        using var narrow = CausalLm.Load(folder.Path, new() { Dtype = ScalarType.BFloat16, Masters = true });
        var (kept, slot) = (wide.Slots["model.layers.1.mlp.up_proj.weight"].Value, narrow.Slots["model.layers.1.mlp.up_proj.weight"]);
        Assert.True(slot.Stored.Equals(kept));
        Assert.Equal(ScalarType.BFloat16, slot.Value.dtype);
        narrow.Settle();
        Assert.Equal(ScalarType.BFloat16, slot.Stored.dtype);
        Assert.True(slot.Stored.Equals(kept.to(ScalarType.BFloat16)));
    }

    private static AdapterRun Run(string name, string precision) => AdapterWalkTests.Run(name, spec => spec with
    {
        Training = spec.Training with { Steps = 4, Precision = precision },
        Regularization = new() { HiddenDropout = 0.1 },
        Checkpoints = new() { Every = 2 },
        Optimizer = new("adamw"),
    });

    private static IEnumerable<string> Files(AdapterRun run)
    {
        var folder = run.Folder.Checkpoint(4);
        return Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);
    }

    private static List<double> Losses(AdapterRun run) => run.Curve(SeriesNames.TrainLoss);
}
