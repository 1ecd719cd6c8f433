using MtlStudio.Core.Runs;
using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;

namespace MtlStudio.Training.Tests.Generation;

public sealed class GenerationConfigTests
{
    [Fact]
    public void Read_TakesTheFoldersSettings_WhenTheFileIsThere()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("generation_config.json"), """{"do_sample": true, "eos_token_id": [4, 7], "temperature": 0.7, "top_k": 20, "top_p": 0.8, "repetition_penalty": 1.1, "pad_token_id": 0}""");
        var options = GenerationConfig.Read(folder.Path, TinyModels.Config);
        Assert.Equal([4, 7], options.EosIds);
        Assert.Equal((true, 0.7, 20, 0.8, 1.1), (options.Sample, options.Temperature, options.TopK, options.TopP, options.RepetitionPenalty));
    }

    [Fact]
    public void Read_FallsBackToTheModelsEnd_WhenTheFileOrFieldIsAbsent()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([2], GenerationConfig.Read(folder.Path, TinyModels.Config).EosIds);
        File.WriteAllText(folder.File("generation_config.json"), """{"eos_token_id": null}""");
        Assert.Equal([2], GenerationConfig.Read(folder.Path, TinyModels.Config).EosIds);
        var golden = Golden.Hf("llama");
        Assert.Equal([2], GenerationConfig.Read(golden.Folder, CausalLm.ReadConfigOf(golden.Folder)).EosIds);
    }

    [Fact]
    public void Read_NamesEveryField_WhenSeveralAreWrong()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("generation_config.json"), """{"eos_token_id": "end", "temperature": 0, "top_k": "all"}""");
        var fault = Assert.Throws<InvalidInputException>(() => GenerationConfig.Read(folder.Path, TinyModels.Config));
        Assert.Equal(["generation_config.json:eos_token_id", "generation_config.json:temperature", "generation_config.json:top_k"], fault.Errors.Select(e => e.Field).Order(StringComparer.Ordinal));
    }
}
