using System.Text.Json;
using MtlStudio.Core.Checkpoints;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    public static TheoryData<string> Cases => ["one", "mixed", "odd_shapes", "names"];

    [Theory, MemberData(nameof(Cases))]
    public void Write_GivesTheReferencesBytes_ForTensorsOfEachType(string name)
    {
        var kase = Case(name);
        using var scope = NewDisposeScope();
        var tensors = kase.GetProperty("tensors_as_given").EnumerateArray().Select(t => new NamedTensor(t.GetProperty("name").GetString()!,
            Exact(t.GetProperty("values")).to(TensorType.Torch(t.GetProperty("dtype").GetString()!)!.Value).view(t.GetProperty("shape").Longs())));
        var metadata = kase.GetProperty("metadata") is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!) : null;
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder.File("x.safetensors"), tensors, metadata);
        Assert.Equal(File.ReadAllBytes(SharedFolder.Need("goldens/peft/" + kase.GetProperty("file").GetString())), File.ReadAllBytes(folder.File("x.safetensors")));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Read_GivesTheReferencesValues_ForTensorsOfEachType(string name)
    {
        var kase = Case(name);
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(SharedFolder.Need("goldens/peft/" + kase.GetProperty("file").GetString()));
        var expected = kase.GetProperty("read_back");
        Assert.Equal(kase.GetProperty("order_in_file").EnumerateArray().Select(n => n.GetString()), file.Header.Tensors.Select(t => t.Name));
        foreach (var tensor in expected.EnumerateObject())
        {
            using var actual = file.Tensor(tensor.Name);
            Assert.Equal(TensorType.Torch(tensor.Value.GetProperty("dtype").GetString()!), actual.dtype);
            Assert.Equal(tensor.Value.GetProperty("shape").Longs(), actual.shape);
            using var reference = Exact(tensor.Value.GetProperty("values"));
            Assert.True(actual.view(-1).to(reference.dtype).Equals(reference), tensor.Name);
        }
    }

    [Fact]
    public void Tensor_ReadsTheSameValues_WhenItsBytesAreUnaligned()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("x.safetensors");
        SafetensorsWriter.Write(path, [new("w", arange(Scalars.Of(0), Scalars.Of(5), Scalars.One, ScalarType.Float32))]);
        var bytes = File.ReadAllBytes(path).ToList();
        bytes.Insert(8, (byte)' '); // header one longer: data from an odd offset
        bytes[0]++;
        File.WriteAllBytes(path, [.. bytes]);
        using var file = SafetensorsFile.Open(path);
        Assert.NotEqual(0, file.Header.DataOffset % 4);
        Assert.Equal([0f, 1, 2, 3, 4], file.Tensor("w").data<float>().ToArray());
    }

    [Fact]
    public void Tensor_LeavesTheFileAlone_WhenWrittenTo()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("x.safetensors");
        SafetensorsWriter.Write(path, [new("w", ones(3))]);
        var before = File.ReadAllBytes(path);
        Tensor tensor;
        using (var file = SafetensorsFile.Open(path)) tensor = file.Tensor("w");
        tensor.mul_(Scalars.Of(7));
        Assert.Equal([7f, 7, 7], tensor.data<float>().ToArray());
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1},"__metadata__":{"a":1}}""", "__metadata__")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "[1.5]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1]}}""", "data_offsets")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "data_offsets")]
    [InlineData("""{"w":[]}""", "dtype")]
    [InlineData("""{"w":{"dtype":"F4","shape":[7],"data_offsets":[0,4]}}""", "4 bytes")]
    public void Header_IsRefused_WhenAnEntryIsMalformed(string header, string named)
    {
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header.Select(c => (byte)c), 0, 0, 0, 0]);
        var fault = Assert.Throws<InvalidInputException>(() => SafetensorsHeader.Read(stream, "x.safetensors"));
        Assert.Contains(named, fault.Message);
        Assert.StartsWith("x.safetensors: ", fault.Message);
    }

    private static JsonElement Case(string name) =>
        Golden.Open(SharedFolder.Need("goldens/peft"), "tensorfiles.json")["cases"].EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    // int64 where every value is a whole number (doubles would round large ones), else float64
    private static Tensor Exact(JsonElement values)
    {
        var items = values.EnumerateArray().ToArray();
        return items.Length > 0 && Array.TrueForAll(items, v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out _))
            ? tensor(items.Select(v => v.GetInt64()).ToArray())
            : tensor(items.Select(v => v.ValueKind == JsonValueKind.String ? v.GetString() == "inf" ? double.PositiveInfinity : double.NegativeInfinity : v.GetDouble()).ToArray());
    }
}
