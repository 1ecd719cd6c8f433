using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.IO;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>A data folder's store with no supervision.</summary>
internal sealed class BareStore(ServiceProvider services) : IAsyncDisposable
{
    public RunStore Store => services.GetRequiredService<RunStore>();
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public static async Task<BareStore> OpenAsync(string folder)
    {
        var services = new ServiceCollection().AddLogging().AddStudioStore(new DataFolder(folder)).BuildServiceProvider();
        await services.GetRequiredService<StudioDatabase>().OpenAsync(TestContext.Current.CancellationToken);
        return new BareStore(services);
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
