using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Prompts;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Tokenizers;

public sealed class PromptPreviewTests
{
    [Theory]
    [InlineData("Once upon a time", " there was a cat.", 64)]
    [InlineData("A prompt that is far too long for the few tokens it may have", " and an answer", 12)]
    [InlineData("short", " an answer that is far too long for the few tokens that it may have", 12)]
    [InlineData("", "only an answer", 64)]
    [InlineData("Zürich 🐈 ", "naïve 日本", 64)]
    public void Preview_ShowsEveryCharacterOnce_AndKeepsWhatTheTrainerKeeps(string prompt, string answer, int maxLength)
    {
        // A byte-level tokenizer, and one that folds spaces away.
        foreach (var folder in new[] { Sample(), SharedFolder.Need("data/pretrained/stories260K") })
        {
            var tokenizer = Tokenizer.Load(folder);
            var encoded = new PromptEncoder(tokenizer).Encode(prompt, answer, maxLength);
            var preview = PromptPreview.Of(tokenizer, prompt, answer, maxLength);
            Assert.Equal(prompt + answer, string.Concat(preview.Tokens.Where(token => !token.Special).Select(token => token.Text)));
            Assert.Equal(encoded.Ids, preview.Tokens.Where(token => token.Fate != TokenFate.Cut).Select(token => token.Id));
            Assert.Equal(encoded.CutFromPrompt + encoded.CutFromAnswer, preview.Tokens.Count(token => token.Fate == TokenFate.Cut));
            Assert.Equal(encoded.Ids.Length - Math.Max(1, encoded.PromptLength), preview.Trained);
        }
    }

    private static string Sample()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MtlStudio.sln"))) return Path.Combine(at.FullName, "samples", "model");
        throw new DirectoryNotFoundException("MtlStudio.sln is in no folder above the tests");
    }
}
