#!/bin/sh
# All shares of an experiment by GNU parallel, here or on machines that ssh reaches:
#
#     sh parallel.sh experiment.json results 8
#     sh parallel.sh experiment.json results 64 --sshlogin 8/one,8/two --workdir /shared/atelier
#
# Further arguments go to parallel: as many shares run at once as there are cores, or as --jobs says. `train` is looked for
# on PATH, or named by TRAIN, and the data set's shards in www/data, or in the folder that DATA names; ARCHIVE says what is kept
# of each run besides its results. A share whose program fails, for whatever reason, is started again twice; called again,
# the script goes on where it was. Afterwards: train sweep --collect results

set -eu
experiment=${1:?the file of the experiment}
results=${2:?the folder for the results}
shares=${3:?how many shares there are}
shift 3
mkdir -p "$results"
# Quoted, so that a path may have spaces.
exec parallel --quote --retries 3 --joblog "$results/parallel.log" "$@" \
    "${TRAIN:-train}" sweep "$experiment" --share "{}/$shares" --jobs 1 --data "${DATA:-www/data}" \
    --archive "${ARCHIVE:-weights}" --out "$results" \
    ::: $(seq "$shares")
