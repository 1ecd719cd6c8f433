using System.Text.Json.Nodes;

namespace MtlStudio.Training.Models.Families;

/// <summary>One family of decoders: how its config.json reads and how its blocks are put together.</summary>
public interface IDecoderFamily
{
    /// <summary>config.json's <c>model_type</c>.</summary>
    string ModelType { get; }
    /// <summary>The name in <c>architectures</c>.</summary>
    string Architecture { get; }
    /// <summary>Tensors of a file that mean nothing (old buffers).</summary>
    bool IsIgnored(string tensor);
    /// <summary>What older files call a tensor; null: the same.</summary>
    string? OldName(string tensor) => null;
    /// <summary>Reads the fields; faults go to the reader.</summary>
    ModelConfig ReadConfig(ConfigReader config);
    /// <summary>The config.json of a model made anew, as any version of transformers reads it.</summary>
    JsonObject WriteConfig(ModelConfig config);
    /// <summary>Builds the decoder; every parameter is registered under the name it has in a file.</summary>
    Decoder Build(ModelConfig config, ParameterRegistry parameters);
}
