using System.IO.Compression;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Library;

public sealed class ModelArchiveTests : IDisposable
{
    private const string Config = """{"model_type":"llama"}""";
    // A header of two bytes, "{}", and no tensor.
    private const string Weights = "\u0002\0\0\0\0\0\0\0{}";

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("tiny-llama/")]
    [InlineData("exports/step-00000040-merged/")]
    public void Unpack_TakesTheModelsFiles_WhereverTheFolderLies(string root)
    {
        var zip = Zip((root + "config.json", Config), (root + "model.safetensors", Weights), (root + "pytorch_model.bin", "pickled"), (root + "onnx/config.json", "{}"), ("__MACOSX/" + root + "config.json", "?"), (root + ".hidden.json", "{}"));
        var files = Unpack(zip);
        Assert.Equal(["config.json", "model.safetensors"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Config, File.ReadAllText(files.Single(file => file.EndsWith("config.json", StringComparison.Ordinal))));
        Assert.Equal("llama", ModelImporter.Import(Path.GetDirectoryName(files[0])!, new(folder["data"]), "tiny", cancellation: TestContext.Current.CancellationToken).ModelType);
    }

    [Theory]
    [InlineData("../config.json", "leads out of the folder")]
    [InlineData("a/../../config.json", "leads out of the folder")]
    [InlineData("..\\config.json", "leads out of the folder")]
    [InlineData("/etc/config.json", "leads out of the folder")]
    [InlineData("C:\\config.json", "leads out of the folder")]
    [InlineData("weights/model.safetensors", "holds no config.json")]
    public void Unpack_Refuses_WhatIsNoFolderOfAModel(string entry, string fault)
    {
        Assert.Contains(fault, Fault(Zip((entry, Config))), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["config.json"]));
    }

    [Fact]
    public void Unpack_Refuses_TwoModelsAtATime() =>
        Assert.Contains("holds 2 models (a, b): send one at a time", Fault(Zip(("a/config.json", Config), ("b/config.json", Config))), StringComparison.Ordinal);

    [Fact]
    public void Unpack_Refuses_AFileThatIsThereTwice() =>
        Assert.Contains("holds config.json twice", Fault(Zip(("config.json", Config), ("config.json", Config))), StringComparison.Ordinal);

    [Fact]
    public void Unpack_Refuses_Links()
    {
        var zip = Zip(("config.json", Config), ("model.safetensors", "/etc/passwd"));
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Update)) archive.GetEntry("model.safetensors")!.ExternalAttributes = unchecked((int)0xA1FF0000);
        Assert.Contains("\"model.safetensors\" is a link", Fault(zip), StringComparison.Ordinal);
    }

    [Fact]
    public void Unpack_Refuses_MoreThanTheLimit_BeforeItWritesAnything()
    {
        var zip = Zip(("config.json", Config), ("model.safetensors", new string('a', 1000)));
        Assert.Contains("more than 1,000 bytes unpacked", Fault(zip, 1000), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder["into"]));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Unpack_Refuses_WhatGrowsToFillADisk()
    {
        var zip = folder["bomb.zip"];
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            using (var config = new StreamWriter(archive.CreateEntry("config.json").Open())) config.Write(Config);
            using var weights = archive.CreateEntry("model.safetensors", CompressionLevel.Fastest).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 300; i++) weights.Write(zeros);
        }
        Assert.Contains("no model's weights shrink so far", Fault(zip), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder["into"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Unpack_Refuses_ADamagedZip(bool cut)
    {
        var zip = Zip(("config.json", Config), ("model.safetensors", Weights));
        var bytes = File.ReadAllBytes(zip);
        if (cut) File.WriteAllBytes(zip, bytes[..(bytes.Length / 2)]);
        else
        {
            // Stored as it is, so that only the checksum can tell.
            bytes[bytes.AsSpan().IndexOf("llama"u8)] ^= 1;
            File.WriteAllBytes(zip, bytes);
        }
        Assert.Contains(cut ? "cannot be read as a zip" : "config.json in it is damaged", Fault(zip), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Fault(string zip, long limit = long.MaxValue)
    {
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => Unpack(zip, limit)).Errors);
        Assert.Equal("model.zip", error.Field);
        return error.Message;
    }

    private List<string> Unpack(string zip, long limit = long.MaxValue)
    {
        var into = Directory.CreateDirectory(folder["into"]).FullName;
        ModelArchive.Unpack(zip, into, "model.zip", limit, TestContext.Current.CancellationToken);
        return [.. Directory.EnumerateFiles(into)];
    }

    private string Zip(params (string Name, string Text)[] entries)
    {
        var path = folder["sent.zip"];
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in entries)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name, CompressionLevel.NoCompression).Open());
            writer.Write(text);
        }
        return path;
    }
}
