# MtlStudio in a container, on the CPU. README.md tells how to run it, and how to let it use a GPU.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
# What restores depend on comes first, so that a change of code does not load packages again.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig BannedSymbols.txt ./
COPY build/*.targets build/
COPY src/MtlStudio.Core/*.csproj src/MtlStudio.Core/packages.lock.json src/MtlStudio.Core/
COPY src/MtlStudio.Training/*.csproj src/MtlStudio.Training/packages.lock.json src/MtlStudio.Training/
COPY src/MtlStudio.Trainer/*.csproj src/MtlStudio.Trainer/packages.lock.json src/MtlStudio.Trainer/
COPY src/MtlStudio.Store/*.csproj src/MtlStudio.Store/packages.lock.json src/MtlStudio.Store/
COPY src/MtlStudio.Web/*.csproj src/MtlStudio.Web/packages.lock.json src/MtlStudio.Web/
COPY migrations/Sqlite/*.csproj migrations/Sqlite/packages.lock.json migrations/Sqlite/
RUN dotnet restore src/MtlStudio.Web --locked-mode
COPY appsettings.json ./
COPY wwwroot wwwroot
COPY samples samples
COPY migrations migrations
COPY src src
RUN dotnet publish src/MtlStudio.Web --no-restore --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
# setsid (util-linux) starts trainers in sessions of their own; curl asks for the health.
RUN apt-get update && apt-get install --yes --no-install-recommends curl util-linux && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=app --group=app /data
COPY --from=build /app /app
USER app
WORKDIR /app
VOLUME /data
EXPOSE 5280
# A container's own network is not the machine's: the port is published to 127.0.0.1 (README.md), which is what keeps strangers out.
# A container that ends kills its trainers, so they are asked to save a checkpoint first; `docker stop --time 120` gives them the time.
ENV ASPNETCORE_HTTP_PORTS= \
    ASPNETCORE_URLS=http://+:5280 \
    Studio__DataFolder=/data \
    Studio__AllowAnonymousNetwork=true \
    Studio__Supervision__StopTrainersOnShutdown=true
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD curl --fail --silent --output /dev/null http://127.0.0.1:5280/healthz/ready
ENTRYPOINT ["dotnet", "MtlStudio.Web.dll"]
